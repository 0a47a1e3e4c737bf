"""Messages for which it is plain whether a tool is needed; none of them was used to find the way of choosing."""

from __future__ import annotations

TOOL_PROMPTS: tuple[tuple[str, str], ...] = (
    ("What is 48 times 37?", "calculator"),
    ("compute 3.14159 * 12^2", "calculator"),
    ("How much is 1999 divided by 7?", "calculator"),
    ("I have 250 euros and spend 37.50 on lunch and 12.25 on coffee. How much is left?", "calculator"),
    ("What is 23% of 640?", "calculator"),
    ("sum 1.5, 2.75, 3.125 and 9", "calculator"),
    ("How many seconds are there in 17 days?", "calculator"),
    ("(45 + 55) * (12 - 7)", "calculator"),
    ("What is the cube root of 2197?", "calculator"),
    ("Split a bill of 184.60 among 5 people.", "calculator"),
    ("What's the current time?", "clock"),
    ("What day is today?", "clock"),
    ("Can you tell me the time in London?", "clock"),
    ("What is the date today in Sydney?", "clock"),
    ("Is it morning or evening in Los Angeles at the moment?", "clock"),
    ("time now in UTC please", "clock"),
    ("Which month is it?", "clock"),
    ("What time do they have in Singapore right now?", "clock"),
    ("Please fetch https://www.python.org and tell me what is on it.", "fetch_url"),
    ("Summarise https://example.com/article.html", "fetch_url"),
)

NO_TOOL_PROMPTS: tuple[str, ...] = (
    "Hi, how are you?",
    "What is the capital of Japan?",
    "Write a haiku about the sea.",
    "Explain recursion to a beginner.",
    "Write a JavaScript function that checks whether a word is a palindrome.",
    "Who painted the Mona Lisa?",
    "How do I undo the last git commit?",
    "Give me a synonym for happy.",
    "What is the largest planet in the solar system?",
    "Rewrite politely: send me the file now.",
    "What is a REST API?",
    "ok thank you",
    "Name five fruits.",
    "What is the meaning of the word ubiquitous?",
    "How does a bicycle stay upright?",
    "Write a short thank-you note to a teacher.",
    "What is the difference between let and const?",
    "Tell me something interesting about octopuses.",
    "Translate 'see you tomorrow' to French.",
    "Give me a title for a blog post about gardening.",
)
