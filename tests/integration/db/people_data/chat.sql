BEGIN TRANSACTION;
CREATE TABLE account (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	email TEXT, 
	password_hash TEXT, 
	identity TEXT, 
	created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, preferences JSON DEFAULT '{}' NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "account" VALUES('usr_local','Ada','ada@example.org','$argon2id$v=19$m=65536,t=3,p=4$IJCSGvHqSTc+t0V3b8JydA$kujBAcyRSEhMFQhPGN4mzcWWlfeVBwj1j7D6tvBIEyI',NULL,'2026-11-30 03:19:19','{"send_key": "mod_enter", "density": "compact", "language": "", "default_model": null}');
INSERT INTO "account" VALUES('usr_01a22a76de1273b081ec2eb43a16c748','Ben','ben@example.org','$argon2id$v=19$m=65536,t=3,p=4$1MkZ1oSvh4fkYAgLepbtFA$7/n1X86maSDAfU/u8rA1h0kZhqjQDhAPC+c1E8eJaBQ',NULL,'2026-11-30 03:19:22.898765','{}');
INSERT INTO "account" VALUES('usr_01a22a76e3127380af90da90d05d2844','Cleo','cleo@example.org','$argon2id$v=19$m=65536,t=3,p=4$h6XXfuwrSQl/du4zQvAjAA$3tBpEJaEzCFiYnio/19eic+nWF7N0Swl/LD3KArZDdo',NULL,'2026-11-30 03:19:24.178790','{}');
INSERT INTO "account" VALUES('usr_01a22a76e784758492a19b675b7692a2','Dora','dora@example.org','$argon2id$v=19$m=65536,t=3,p=4$FV1/4e14ztmxk1W0aiYwBw$S9Ex0UwOrFPmjayS8yLC9rkw2FgrKSmxgnlmn5efcP4',NULL,'2026-11-30 03:19:25.316315','{}');
INSERT INTO "account" VALUES('usr_01a22a76eca677cdb360ae0f409537d5','Eve','eve@example.org','$argon2id$v=19$m=65536,t=3,p=4$+7fwaoJkkH/mYEsU5pweJg$vAnDXPXYyY/NfyyoodF4XqPxtH7N3G1rLH1J4jCy1tg',NULL,'2026-11-30 03:19:26.630622','{}');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0005');
CREATE TABLE api_token (
	id TEXT NOT NULL, 
	token_hash TEXT NOT NULL, 
	account_id TEXT NOT NULL, 
	workspace_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	scope TEXT NOT NULL, 
	created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	expires_at DATETIME, 
	used_at DATETIME, 
	PRIMARY KEY (id), 
	CONSTRAINT ck_scope CHECK (scope IN ('read', 'write', 'admin')), 
	FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE, 
	FOREIGN KEY(workspace_id) REFERENCES workspace (id) ON DELETE CASCADE
);
INSERT INTO "api_token" VALUES('tok_01a22a76ed0f756d8589b2e7a8eef2c5','e9d07e1e3d19ac277bd1faad55cdbb5d81606ba8d439bdba6231d1a0694a925d','usr_local','wsp_local','Nightly export','write','2026-11-30 03:19:26.735030',NULL,NULL);
CREATE TABLE chat_event (
	position INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	session_id TEXT NOT NULL, 
	workspace_id TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	turn_id TEXT, 
	data JSON NOT NULL, 
	created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL
);
INSERT INTO "chat_event" VALUES(1,'ses_01a22a76f5547551b7309423593f9dbc','wsp_local',1,NULL,'{"type": "session.created", "session": {"id": "ses_01a22a76f5547551b7309423593f9dbc", "workspace_id": "wsp_local", "agent_key": "player", "creator_id": "usr_local", "title": "Private sums", "title_source": "person", "status": "active", "origin": "UI", "visibility": "private", "created_at": "2026-11-30T03:19:28.852135Z", "updated_at": "2026-11-30T03:19:28.852135Z", "last_activity_at": "2026-11-30T03:19:28.852135Z"}}','2026-11-30 03:19:28.852135');
INSERT INTO "chat_event" VALUES(2,'ses_01a22a76f5547551b7309423593f9dbc','wsp_local',2,NULL,'{"type": "message.created", "message": {"id": "msg_01a22a76f57c72bab1fb64f2c7902845", "chat_session_id": "ses_01a22a76f5547551b7309423593f9dbc", "parent_id": null, "role": "assistant", "kind": "plain", "parts": [{"id": "0.0", "provider_metadata": null, "type": "text", "text": "Hello. What can I do for you?"}], "task_id": null, "author_id": null, "author_name": null, "request_id": null, "created_at": "2026-11-30T03:19:28.852135Z"}}','2026-11-30 03:19:28.852135');
INSERT INTO "chat_event" VALUES(3,'ses_01a22a76f5547551b7309423593f9dbc','wsp_local',3,'trn_01a22a76f68c7771a0c029bee8f41953','{"type": "message.created", "message": {"id": "msg_01a22a76f6807716a0fb43f826169020", "chat_session_id": "ses_01a22a76f5547551b7309423593f9dbc", "parent_id": "msg_01a22a76f57c72bab1fb64f2c7902845", "role": "user", "kind": "plain", "parts": [{"id": "0.0", "provider_metadata": null, "type": "text", "text": "What is 500 / 50 * 3.9?"}], "task_id": "trn_01a22a76f68c7771a0c029bee8f41953", "author_id": "usr_local", "author_name": "Ada", "request_id": "request-1", "created_at": "2026-11-30T03:19:29.152947Z"}}','2026-11-30 03:19:29.152947');
INSERT INTO "chat_event" VALUES(4,'ses_01a22a76f5547551b7309423593f9dbc','wsp_local',4,'trn_01a22a76f68c7771a0c029bee8f41953','{"type": "message.created", "message": {"id": "msg_01a22a76f68c7771a0c029bf9b2878e0", "chat_session_id": "ses_01a22a76f5547551b7309423593f9dbc", "parent_id": "msg_01a22a76f6807716a0fb43f826169020", "role": "assistant", "kind": "plain", "parts": [], "task_id": "trn_01a22a76f68c7771a0c029bee8f41953", "author_id": null, "author_name": null, "request_id": null, "created_at": "2026-11-30T03:19:29.164554Z"}}','2026-11-30 03:19:29.152947');
INSERT INTO "chat_event" VALUES(5,'ses_01a22a76f5547551b7309423593f9dbc','wsp_local',5,'trn_01a22a76f68c7771a0c029bee8f41953','{"type": "turn.queued", "turn": {"id": "trn_01a22a76f68c7771a0c029bee8f41953", "session_id": "ses_01a22a76f5547551b7309423593f9dbc", "user_message_id": "msg_01a22a76f6807716a0fb43f826169020", "assistant_message_id": "msg_01a22a76f68c7771a0c029bf9b2878e0", "agent_key": "player", "model": "scripted:{data_dir}/script.json", "status": "queued", "attempt": 0, "resumed_at": null, "delay": null, "usage": {"input_tokens": 0, "output_tokens": 0, "requests": 0}, "error_code": null, "created_at": "2026-11-30T03:19:29.164554Z", "started_at": null, "finished_at": null}}','2026-11-30 03:19:29.152947');
INSERT INTO "chat_event" VALUES(6,'ses_01a22a76f5547551b7309423593f9dbc','wsp_local',6,'trn_01a22a76f68c7771a0c029bee8f41953','{"type": "turn.started", "attempt": 1, "started_at": "2026-11-30T03:19:29.152947Z", "resumed_at": null}','2026-11-30 03:19:29.152947');
INSERT INTO "chat_event" VALUES(7,'ses_01a22a76f5547551b7309423593f9dbc','wsp_local',7,'trn_01a22a76f68c7771a0c029bee8f41953','{"type": "part.completed", "message_id": "msg_01a22a76f68c7771a0c029bf9b2878e0", "part": {"id": "0.0", "provider_metadata": null, "type": "reasoning", "text": "A product and a quotient.", "duration": 0.001}}','2026-11-30 03:19:29.696445');
INSERT INTO "chat_event" VALUES(8,'ses_01a22a76f5547551b7309423593f9dbc','wsp_local',8,'trn_01a22a76f68c7771a0c029bee8f41953','{"type": "part.completed", "message_id": "msg_01a22a76f68c7771a0c029bf9b2878e0", "part": {"id": "0.1", "provider_metadata": null, "type": "tool_call", "call_id": "call-1", "name": "calculator", "arguments": {"expression": "500 / 50 * 3.9"}, "parent_call_id": null}}','2026-11-30 03:19:29.696445');
INSERT INTO "chat_event" VALUES(9,'ses_01a22a76f5547551b7309423593f9dbc','wsp_local',9,'trn_01a22a76f68c7771a0c029bee8f41953','{"type": "part.completed", "message_id": "msg_01a22a76f68c7771a0c029bf9b2878e0", "part": {"id": "0.1.1", "provider_metadata": null, "type": "tool_result", "call_id": "call-1", "output": "39", "is_error": false, "duration": 0.0}}','2026-11-30 03:19:29.821991');
INSERT INTO "chat_event" VALUES(10,'ses_01a22a76f5547551b7309423593f9dbc','wsp_local',10,'trn_01a22a76f68c7771a0c029bee8f41953','{"type": "part.completed", "message_id": "msg_01a22a76f68c7771a0c029bf9b2878e0", "part": {"id": "1.0", "provider_metadata": null, "type": "text", "text": "The result is **39**."}}','2026-11-30 03:19:29.896280');
INSERT INTO "chat_event" VALUES(11,'ses_01a22a76f5547551b7309423593f9dbc','wsp_local',11,'trn_01a22a76f68c7771a0c029bee8f41953','{"type": "turn.completed", "turn": {"id": "trn_01a22a76f68c7771a0c029bee8f41953", "session_id": "ses_01a22a76f5547551b7309423593f9dbc", "user_message_id": "msg_01a22a76f6807716a0fb43f826169020", "assistant_message_id": "msg_01a22a76f68c7771a0c029bf9b2878e0", "agent_key": "player", "model": "scripted:{data_dir}/script.json", "status": "completed", "attempt": 1, "resumed_at": null, "delay": null, "usage": {"input_tokens": 2, "output_tokens": 9, "requests": 2}, "error_code": null, "created_at": "2026-11-30T03:19:29.164554Z", "started_at": "2026-11-30T03:19:29.152947Z", "finished_at": "2026-11-30T03:19:29.902545Z"}}','2026-11-30 03:19:29.902545');
INSERT INTO "chat_event" VALUES(12,'ses_01a22a76f5547551b7309423593f9dbc','wsp_local',12,'trn_01a22a76f99274c1a62d96ee89ae8672','{"type": "message.created", "message": {"id": "msg_01a22a76f99171d1bddec45ed8fc1059", "chat_session_id": "ses_01a22a76f5547551b7309423593f9dbc", "parent_id": "msg_01a22a76f68c7771a0c029bf9b2878e0", "role": "user", "kind": "plain", "parts": [{"id": "0.0", "provider_metadata": null, "type": "text", "text": "Thank you"}], "task_id": "trn_01a22a76f99274c1a62d96ee89ae8672", "author_id": "usr_local", "author_name": "Ada", "request_id": null, "created_at": "2026-11-30T03:19:29.937265Z"}}','2026-11-30 03:19:29.937265');
INSERT INTO "chat_event" VALUES(13,'ses_01a22a76f5547551b7309423593f9dbc','wsp_local',13,'trn_01a22a76f99274c1a62d96ee89ae8672','{"type": "message.created", "message": {"id": "msg_01a22a76f99274c1a62d96ef53a16c7e", "chat_session_id": "ses_01a22a76f5547551b7309423593f9dbc", "parent_id": "msg_01a22a76f99171d1bddec45ed8fc1059", "role": "assistant", "kind": "plain", "parts": [], "task_id": "trn_01a22a76f99274c1a62d96ee89ae8672", "author_id": null, "author_name": null, "request_id": null, "created_at": "2026-11-30T03:19:29.938260Z"}}','2026-11-30 03:19:29.937265');
INSERT INTO "chat_event" VALUES(14,'ses_01a22a76f5547551b7309423593f9dbc','wsp_local',14,'trn_01a22a76f99274c1a62d96ee89ae8672','{"type": "turn.queued", "turn": {"id": "trn_01a22a76f99274c1a62d96ee89ae8672", "session_id": "ses_01a22a76f5547551b7309423593f9dbc", "user_message_id": "msg_01a22a76f99171d1bddec45ed8fc1059", "assistant_message_id": "msg_01a22a76f99274c1a62d96ef53a16c7e", "agent_key": "player", "model": "scripted:{data_dir}/script.json", "status": "queued", "attempt": 0, "resumed_at": null, "delay": null, "usage": {"input_tokens": 0, "output_tokens": 0, "requests": 0}, "error_code": null, "created_at": "2026-11-30T03:19:29.938260Z", "started_at": null, "finished_at": null}}','2026-11-30 03:19:29.937265');
INSERT INTO "chat_event" VALUES(15,'ses_01a22a76f5547551b7309423593f9dbc','wsp_local',15,'trn_01a22a76f99274c1a62d96ee89ae8672','{"type": "turn.started", "attempt": 1, "started_at": "2026-11-30T03:19:29.937265Z", "resumed_at": null}','2026-11-30 03:19:29.937265');
INSERT INTO "chat_event" VALUES(16,'ses_01a22a76f5547551b7309423593f9dbc','wsp_local',16,'trn_01a22a76f99274c1a62d96ee89ae8672','{"type": "part.completed", "message_id": "msg_01a22a76f99274c1a62d96ef53a16c7e", "part": {"id": "0.0", "provider_metadata": null, "type": "text", "text": "Yes."}}','2026-11-30 03:19:30.287551');
INSERT INTO "chat_event" VALUES(17,'ses_01a22a76f5547551b7309423593f9dbc','wsp_local',17,'trn_01a22a76f99274c1a62d96ee89ae8672','{"type": "turn.completed", "turn": {"id": "trn_01a22a76f99274c1a62d96ee89ae8672", "session_id": "ses_01a22a76f5547551b7309423593f9dbc", "user_message_id": "msg_01a22a76f99171d1bddec45ed8fc1059", "assistant_message_id": "msg_01a22a76f99274c1a62d96ef53a16c7e", "agent_key": "player", "model": "scripted:{data_dir}/script.json", "status": "completed", "attempt": 1, "resumed_at": null, "delay": null, "usage": {"input_tokens": 1, "output_tokens": 1, "requests": 1}, "error_code": null, "created_at": "2026-11-30T03:19:29.938260Z", "started_at": "2026-11-30T03:19:29.937265Z", "finished_at": "2026-11-30T03:19:30.305192Z"}}','2026-11-30 03:19:30.305192');
INSERT INTO "chat_event" VALUES(18,'ses_01a22a76f5547551b7309423593f9dbc','wsp_local',18,NULL,'{"type": "session.read", "user_id": "usr_local", "read_seq": 18}','2026-11-30 03:19:30.322847');
INSERT INTO "chat_event" VALUES(19,'ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local',1,NULL,'{"type": "session.created", "session": {"id": "ses_01a22a76fb1b7467a1f7826f7e19eee2", "workspace_id": "wsp_local", "agent_key": "player", "creator_id": "usr_local", "title": "Errors", "title_source": "person", "status": "active", "origin": null, "visibility": "private", "created_at": "2026-11-30T03:19:30.331265Z", "updated_at": "2026-11-30T03:19:30.331265Z", "last_activity_at": "2026-11-30T03:19:30.331265Z"}}','2026-11-30 03:19:30.331265');
INSERT INTO "chat_event" VALUES(20,'ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local',2,NULL,'{"type": "message.created", "message": {"id": "msg_01a22a76fb5272e19efc878891f1c3fc", "chat_session_id": "ses_01a22a76fb1b7467a1f7826f7e19eee2", "parent_id": null, "role": "assistant", "kind": "plain", "parts": [{"id": "0.0", "provider_metadata": null, "type": "text", "text": "Hello. What can I do for you?"}], "task_id": null, "author_id": null, "author_name": null, "request_id": null, "created_at": "2026-11-30T03:19:30.331265Z"}}','2026-11-30 03:19:30.331265');
INSERT INTO "chat_event" VALUES(21,'ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local',3,'trn_01a22a76fb7d71ba90fc875e6eca7f37','{"type": "message.created", "message": {"id": "msg_01a22a76fb7c77dabbb62e69f60db337", "chat_session_id": "ses_01a22a76fb1b7467a1f7826f7e19eee2", "parent_id": "msg_01a22a76fb5272e19efc878891f1c3fc", "role": "user", "kind": "plain", "parts": [{"id": "0.0", "provider_metadata": null, "type": "text", "text": "Fail please"}], "task_id": "trn_01a22a76fb7d71ba90fc875e6eca7f37", "author_id": "usr_local", "author_name": "Ada", "request_id": null, "created_at": "2026-11-30T03:19:30.428187Z"}}','2026-11-30 03:19:30.428187');
INSERT INTO "chat_event" VALUES(22,'ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local',4,'trn_01a22a76fb7d71ba90fc875e6eca7f37','{"type": "message.created", "message": {"id": "msg_01a22a76fb7d71ba90fc875ff28be0a9", "chat_session_id": "ses_01a22a76fb1b7467a1f7826f7e19eee2", "parent_id": "msg_01a22a76fb7c77dabbb62e69f60db337", "role": "assistant", "kind": "plain", "parts": [], "task_id": "trn_01a22a76fb7d71ba90fc875e6eca7f37", "author_id": null, "author_name": null, "request_id": null, "created_at": "2026-11-30T03:19:30.429055Z"}}','2026-11-30 03:19:30.428187');
INSERT INTO "chat_event" VALUES(23,'ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local',5,'trn_01a22a76fb7d71ba90fc875e6eca7f37','{"type": "turn.queued", "turn": {"id": "trn_01a22a76fb7d71ba90fc875e6eca7f37", "session_id": "ses_01a22a76fb1b7467a1f7826f7e19eee2", "user_message_id": "msg_01a22a76fb7c77dabbb62e69f60db337", "assistant_message_id": "msg_01a22a76fb7d71ba90fc875ff28be0a9", "agent_key": "player", "model": "scripted:{data_dir}/script.json", "status": "queued", "attempt": 0, "resumed_at": null, "delay": null, "usage": {"input_tokens": 0, "output_tokens": 0, "requests": 0}, "error_code": null, "created_at": "2026-11-30T03:19:30.429055Z", "started_at": null, "finished_at": null}}','2026-11-30 03:19:30.428187');
INSERT INTO "chat_event" VALUES(24,'ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local',6,'trn_01a22a76fb7d71ba90fc875e6eca7f37','{"type": "turn.started", "attempt": 1, "started_at": "2026-11-30T03:19:30.428187Z", "resumed_at": null}','2026-11-30 03:19:30.428187');
INSERT INTO "chat_event" VALUES(25,'ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local',7,'trn_01a22a76fb7d71ba90fc875e6eca7f37','{"type": "part.completed", "message_id": "msg_01a22a76fb7d71ba90fc875ff28be0a9", "part": {"id": "0.0", "provider_metadata": null, "type": "text", "text": "So far "}}','2026-11-30 03:19:30.568729');
INSERT INTO "chat_event" VALUES(26,'ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local',8,'trn_01a22a76fb7d71ba90fc875e6eca7f37','{"type": "part.completed", "message_id": "msg_01a22a76fb7d71ba90fc875ff28be0a9", "part": {"id": "0.1000000", "provider_metadata": null, "type": "error", "code": "model_unavailable", "text": "The provider did not accept the key for script. Check it under Settings \u2192 Keys, or in the server''s environment.", "details": {"model": "script", "status": 401, "provider_text": "no such key"}}}','2026-11-30 03:19:30.568729');
INSERT INTO "chat_event" VALUES(27,'ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local',9,'trn_01a22a76fb7d71ba90fc875e6eca7f37','{"type": "turn.failed", "turn": {"id": "trn_01a22a76fb7d71ba90fc875e6eca7f37", "session_id": "ses_01a22a76fb1b7467a1f7826f7e19eee2", "user_message_id": "msg_01a22a76fb7c77dabbb62e69f60db337", "assistant_message_id": "msg_01a22a76fb7d71ba90fc875ff28be0a9", "agent_key": "player", "model": "scripted:{data_dir}/script.json", "status": "failed", "attempt": 1, "resumed_at": null, "delay": null, "usage": {"input_tokens": 0, "output_tokens": 0, "requests": 0}, "error_code": "model_unavailable", "created_at": "2026-11-30T03:19:30.429055Z", "started_at": "2026-11-30T03:19:30.428187Z", "finished_at": "2026-11-30T03:19:30.563543Z"}}','2026-11-30 03:19:30.563543');
INSERT INTO "chat_event" VALUES(28,'ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local',10,'trn_01a22a76fc1d71feb50d5bcd623aa066','{"type": "message.created", "message": {"id": "msg_01a22a76fc1d71feb50d5bce8daa8514", "chat_session_id": "ses_01a22a76fb1b7467a1f7826f7e19eee2", "parent_id": "msg_01a22a76fb7c77dabbb62e69f60db337", "role": "assistant", "kind": "plain", "parts": [], "task_id": "trn_01a22a76fc1d71feb50d5bcd623aa066", "author_id": null, "author_name": null, "request_id": null, "created_at": "2026-11-30T03:19:30.589745Z"}}','2026-11-30 03:19:30.589745');
INSERT INTO "chat_event" VALUES(29,'ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local',11,'trn_01a22a76fc1d71feb50d5bcd623aa066','{"type": "turn.queued", "turn": {"id": "trn_01a22a76fc1d71feb50d5bcd623aa066", "session_id": "ses_01a22a76fb1b7467a1f7826f7e19eee2", "user_message_id": "msg_01a22a76fb7c77dabbb62e69f60db337", "assistant_message_id": "msg_01a22a76fc1d71feb50d5bce8daa8514", "agent_key": "player", "model": "scripted:{data_dir}/script.json", "status": "queued", "attempt": 0, "resumed_at": null, "delay": null, "usage": {"input_tokens": 0, "output_tokens": 0, "requests": 0}, "error_code": null, "created_at": "2026-11-30T03:19:30.589745Z", "started_at": null, "finished_at": null}}','2026-11-30 03:19:30.589745');
INSERT INTO "chat_event" VALUES(30,'ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local',12,'trn_01a22a76fc1d71feb50d5bcd623aa066','{"type": "turn.started", "attempt": 1, "started_at": "2026-11-30T03:19:30.599142Z", "resumed_at": null}','2026-11-30 03:19:30.599142');
INSERT INTO "chat_event" VALUES(31,'ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local',13,'trn_01a22a76fc1d71feb50d5bcd623aa066','{"type": "part.completed", "message_id": "msg_01a22a76fc1d71feb50d5bce8daa8514", "part": {"id": "0.0", "provider_metadata": null, "type": "text", "text": "So far "}}','2026-11-30 03:19:30.790763');
INSERT INTO "chat_event" VALUES(32,'ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local',14,'trn_01a22a76fc1d71feb50d5bcd623aa066','{"type": "part.completed", "message_id": "msg_01a22a76fc1d71feb50d5bce8daa8514", "part": {"id": "0.1000000", "provider_metadata": null, "type": "error", "code": "model_unavailable", "text": "The provider did not accept the key for script. Check it under Settings \u2192 Keys, or in the server''s environment.", "details": {"model": "script", "status": 401, "provider_text": "no such key"}}}','2026-11-30 03:19:30.790763');
INSERT INTO "chat_event" VALUES(33,'ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local',15,'trn_01a22a76fc1d71feb50d5bcd623aa066','{"type": "turn.failed", "turn": {"id": "trn_01a22a76fc1d71feb50d5bcd623aa066", "session_id": "ses_01a22a76fb1b7467a1f7826f7e19eee2", "user_message_id": "msg_01a22a76fb7c77dabbb62e69f60db337", "assistant_message_id": "msg_01a22a76fc1d71feb50d5bce8daa8514", "agent_key": "player", "model": "scripted:{data_dir}/script.json", "status": "failed", "attempt": 1, "resumed_at": null, "delay": null, "usage": {"input_tokens": 0, "output_tokens": 0, "requests": 0}, "error_code": "model_unavailable", "created_at": "2026-11-30T03:19:30.589745Z", "started_at": "2026-11-30T03:19:30.599142Z", "finished_at": "2026-11-30T03:19:30.777218Z"}}','2026-11-30 03:19:30.777218');
INSERT INTO "chat_event" VALUES(34,'ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local',16,'trn_01a22a76fd0c74f7b1fb03551ae43ab0','{"type": "message.created", "message": {"id": "msg_01a22a76fd06702892692b6869b7657b", "chat_session_id": "ses_01a22a76fb1b7467a1f7826f7e19eee2", "parent_id": "msg_01a22a76fc1d71feb50d5bce8daa8514", "role": "user", "kind": "plain", "parts": [{"id": "0.0", "provider_metadata": null, "type": "text", "text": "Never end"}], "task_id": "trn_01a22a76fd0c74f7b1fb03551ae43ab0", "author_id": "usr_local", "author_name": "Ada", "request_id": null, "created_at": "2026-11-30T03:19:30.822172Z"}}','2026-11-30 03:19:30.822172');
INSERT INTO "chat_event" VALUES(35,'ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local',17,'trn_01a22a76fd0c74f7b1fb03551ae43ab0','{"type": "message.created", "message": {"id": "msg_01a22a76fd0c74f7b1fb035675bcef9b", "chat_session_id": "ses_01a22a76fb1b7467a1f7826f7e19eee2", "parent_id": "msg_01a22a76fd06702892692b6869b7657b", "role": "assistant", "kind": "plain", "parts": [], "task_id": "trn_01a22a76fd0c74f7b1fb03551ae43ab0", "author_id": null, "author_name": null, "request_id": null, "created_at": "2026-11-30T03:19:30.828063Z"}}','2026-11-30 03:19:30.822172');
INSERT INTO "chat_event" VALUES(36,'ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local',18,'trn_01a22a76fd0c74f7b1fb03551ae43ab0','{"type": "turn.queued", "turn": {"id": "trn_01a22a76fd0c74f7b1fb03551ae43ab0", "session_id": "ses_01a22a76fb1b7467a1f7826f7e19eee2", "user_message_id": "msg_01a22a76fd06702892692b6869b7657b", "assistant_message_id": "msg_01a22a76fd0c74f7b1fb035675bcef9b", "agent_key": "player", "model": "scripted:{data_dir}/script.json", "status": "queued", "attempt": 0, "resumed_at": null, "delay": null, "usage": {"input_tokens": 0, "output_tokens": 0, "requests": 0}, "error_code": null, "created_at": "2026-11-30T03:19:30.828063Z", "started_at": null, "finished_at": null}}','2026-11-30 03:19:30.822172');
INSERT INTO "chat_event" VALUES(37,'ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local',19,'trn_01a22a76fd0c74f7b1fb03551ae43ab0','{"type": "turn.started", "attempt": 1, "started_at": "2026-11-30T03:19:30.822172Z", "resumed_at": null}','2026-11-30 03:19:30.822172');
INSERT INTO "chat_event" VALUES(38,'ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local',20,'trn_01a22a76fd0c74f7b1fb03551ae43ab0','{"type": "part.completed", "message_id": "msg_01a22a76fd0c74f7b1fb035675bcef9b", "part": {"id": "0.0", "provider_metadata": null, "type": "text", "text": "Still going"}}','2026-11-30 03:19:31.381839');
INSERT INTO "chat_event" VALUES(39,'ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local',21,'trn_01a22a76fd0c74f7b1fb03551ae43ab0','{"type": "turn.cancelled", "turn": {"id": "trn_01a22a76fd0c74f7b1fb03551ae43ab0", "session_id": "ses_01a22a76fb1b7467a1f7826f7e19eee2", "user_message_id": "msg_01a22a76fd06702892692b6869b7657b", "assistant_message_id": "msg_01a22a76fd0c74f7b1fb035675bcef9b", "agent_key": "player", "model": "scripted:{data_dir}/script.json", "status": "cancelled", "attempt": 1, "resumed_at": null, "delay": null, "usage": {"input_tokens": 0, "output_tokens": 0, "requests": 0}, "error_code": null, "created_at": "2026-11-30T03:19:30.828063Z", "started_at": "2026-11-30T03:19:30.822172Z", "finished_at": "2026-11-30T03:19:31.347646Z"}}','2026-11-30 03:19:31.347646');
INSERT INTO "chat_event" VALUES(40,'ses_01a22a76ffc974f3ac10d54b1c4eba50','wsp_local',1,NULL,'{"type": "session.created", "session": {"id": "ses_01a22a76ffc974f3ac10d54b1c4eba50", "workspace_id": "wsp_local", "agent_key": "echo", "creator_id": "usr_local", "title": "Group of three", "title_source": "person", "status": "active", "origin": null, "visibility": "private", "created_at": "2026-11-30T03:19:31.529731Z", "updated_at": "2026-11-30T03:19:31.529731Z", "last_activity_at": "2026-11-30T03:19:31.529731Z"}}','2026-11-30 03:19:31.529731');
INSERT INTO "chat_event" VALUES(41,'ses_01a22a76ffc974f3ac10d54b1c4eba50','wsp_local',2,NULL,'{"type": "session.shared", "visibility": "group", "before": "private"}','2026-11-30 03:19:31.562169');
INSERT INTO "chat_event" VALUES(42,'ses_01a22a76ffc974f3ac10d54b1c4eba50','wsp_local',3,NULL,'{"type": "participant.added", "participant": {"id": "usr_local", "name": "Ada", "email": "ada@example.org", "role": "owner", "joined_at": "2026-11-30T03:19:31.562169Z"}}','2026-11-30 03:19:31.562169');
INSERT INTO "chat_event" VALUES(43,'ses_01a22a76ffc974f3ac10d54b1c4eba50','wsp_local',4,NULL,'{"type": "participant.added", "participant": {"id": "usr_01a22a76e3127380af90da90d05d2844", "name": "Cleo", "email": "cleo@example.org", "role": "member", "joined_at": "2026-11-30T03:19:31.562169Z"}}','2026-11-30 03:19:31.562169');
INSERT INTO "chat_event" VALUES(44,'ses_01a22a76ffc974f3ac10d54b1c4eba50','wsp_local',5,NULL,'{"type": "participant.added", "participant": {"id": "usr_01a22a76de1273b081ec2eb43a16c748", "name": "Ben", "email": "ben@example.org", "role": "member", "joined_at": "2026-11-30T03:19:31.669452Z"}}','2026-11-30 03:19:31.669452');
INSERT INTO "chat_event" VALUES(45,'ses_01a22a76ffc974f3ac10d54b1c4eba50','wsp_local',6,NULL,'{"type": "message.created", "message": {"id": "msg_01a22a77006d747e8bc18c70e6e5bbde", "chat_session_id": "ses_01a22a76ffc974f3ac10d54b1c4eba50", "parent_id": null, "role": "user", "kind": "plain", "parts": [{"id": "0.0", "provider_metadata": null, "type": "text", "text": "The export was late again."}], "task_id": null, "author_id": "usr_01a22a76e3127380af90da90d05d2844", "author_name": "Cleo", "request_id": null, "created_at": "2026-11-30T03:19:31.694016Z"}}','2026-11-30 03:19:31.694016');
INSERT INTO "chat_event" VALUES(46,'ses_01a22a76ffc974f3ac10d54b1c4eba50','wsp_local',7,'trn_01a22a770084700eb0724e165fd671de','{"type": "message.created", "message": {"id": "msg_01a22a7700837015bdca1bc5b9130d0e", "chat_session_id": "ses_01a22a76ffc974f3ac10d54b1c4eba50", "parent_id": "msg_01a22a77006d747e8bc18c70e6e5bbde", "role": "user", "kind": "plain", "parts": [{"id": "0.0", "provider_metadata": null, "type": "text", "text": "@echo do you see why?"}], "task_id": "trn_01a22a770084700eb0724e165fd671de", "author_id": "usr_local", "author_name": "Ada", "request_id": null, "created_at": "2026-11-30T03:19:31.715403Z"}}','2026-11-30 03:19:31.715403');
INSERT INTO "chat_event" VALUES(47,'ses_01a22a76ffc974f3ac10d54b1c4eba50','wsp_local',8,'trn_01a22a770084700eb0724e165fd671de','{"type": "message.created", "message": {"id": "msg_01a22a770084700eb0724e173832c55f", "chat_session_id": "ses_01a22a76ffc974f3ac10d54b1c4eba50", "parent_id": "msg_01a22a7700837015bdca1bc5b9130d0e", "role": "assistant", "kind": "plain", "parts": [], "task_id": "trn_01a22a770084700eb0724e165fd671de", "author_id": null, "author_name": null, "request_id": null, "created_at": "2026-11-30T03:19:31.716133Z"}}','2026-11-30 03:19:31.715403');
INSERT INTO "chat_event" VALUES(48,'ses_01a22a76ffc974f3ac10d54b1c4eba50','wsp_local',9,'trn_01a22a770084700eb0724e165fd671de','{"type": "turn.queued", "turn": {"id": "trn_01a22a770084700eb0724e165fd671de", "session_id": "ses_01a22a76ffc974f3ac10d54b1c4eba50", "user_message_id": "msg_01a22a7700837015bdca1bc5b9130d0e", "assistant_message_id": "msg_01a22a770084700eb0724e173832c55f", "agent_key": "echo", "model": "scripted:echo", "status": "queued", "attempt": 0, "resumed_at": null, "delay": null, "usage": {"input_tokens": 0, "output_tokens": 0, "requests": 0}, "error_code": null, "created_at": "2026-11-30T03:19:31.716133Z", "started_at": null, "finished_at": null}}','2026-11-30 03:19:31.715403');
INSERT INTO "chat_event" VALUES(49,'ses_01a22a76ffc974f3ac10d54b1c4eba50','wsp_local',10,'trn_01a22a770084700eb0724e165fd671de','{"type": "turn.started", "attempt": 1, "started_at": "2026-11-30T03:19:31.715403Z", "resumed_at": null}','2026-11-30 03:19:31.715403');
INSERT INTO "chat_event" VALUES(50,'ses_01a22a76ffc974f3ac10d54b1c4eba50','wsp_local',11,'trn_01a22a770084700eb0724e165fd671de','{"type": "part.completed", "message_id": "msg_01a22a770084700eb0724e173832c55f", "part": {"id": "0.0", "provider_metadata": null, "type": "text", "text": "Cleo: The export was late again.\nAda: @echo do you see why?"}}','2026-11-30 03:19:31.897943');
INSERT INTO "chat_event" VALUES(51,'ses_01a22a76ffc974f3ac10d54b1c4eba50','wsp_local',12,'trn_01a22a770084700eb0724e165fd671de','{"type": "turn.completed", "turn": {"id": "trn_01a22a770084700eb0724e165fd671de", "session_id": "ses_01a22a76ffc974f3ac10d54b1c4eba50", "user_message_id": "msg_01a22a7700837015bdca1bc5b9130d0e", "assistant_message_id": "msg_01a22a770084700eb0724e173832c55f", "agent_key": "echo", "model": "scripted:echo", "status": "completed", "attempt": 1, "resumed_at": null, "delay": null, "usage": {"input_tokens": 1, "output_tokens": 12, "requests": 1}, "error_code": null, "created_at": "2026-11-30T03:19:31.716133Z", "started_at": "2026-11-30T03:19:31.715403Z", "finished_at": "2026-11-30T03:19:31.930106Z"}}','2026-11-30 03:19:31.930106');
INSERT INTO "chat_event" VALUES(52,'ses_01a22a76ffc974f3ac10d54b1c4eba50','wsp_local',13,NULL,'{"type": "session.read", "user_id": "usr_01a22a76e3127380af90da90d05d2844", "read_seq": 13}','2026-11-30 03:19:32.048932');
INSERT INTO "chat_event" VALUES(53,'ses_01a22a76ffc974f3ac10d54b1c4eba50','wsp_local',14,NULL,'{"type": "message.created", "message": {"id": "msg_01a22a77021470ba9255e58eb7d0b67b", "chat_session_id": "ses_01a22a76ffc974f3ac10d54b1c4eba50", "parent_id": "msg_01a22a770084700eb0724e173832c55f", "role": "user", "kind": "plain", "parts": [{"id": "0.0", "provider_metadata": null, "type": "text", "text": "I do not."}], "task_id": null, "author_id": "usr_01a22a76de1273b081ec2eb43a16c748", "author_name": "Ben", "request_id": null, "created_at": "2026-11-30T03:19:32.116558Z"}}','2026-11-30 03:19:32.116558');
INSERT INTO "chat_event" VALUES(54,'ses_01a22a77023077e8aa22f8b0b836c997','wsp_local',1,NULL,'{"type": "session.created", "session": {"id": "ses_01a22a77023077e8aa22f8b0b836c997", "workspace_id": "wsp_local", "agent_key": "player", "creator_id": "usr_01a22a76e3127380af90da90d05d2844", "title": "", "title_source": "none", "status": "active", "origin": "CLI", "visibility": "workspace", "created_at": "2026-11-30T03:19:32.144729Z", "updated_at": "2026-11-30T03:19:32.144729Z", "last_activity_at": "2026-11-30T03:19:32.144729Z"}}','2026-11-30 03:19:32.144729');
INSERT INTO "chat_event" VALUES(55,'ses_01a22a77023077e8aa22f8b0b836c997','wsp_local',2,NULL,'{"type": "message.created", "message": {"id": "msg_01a22a77024371b6a32063aa541b5df6", "chat_session_id": "ses_01a22a77023077e8aa22f8b0b836c997", "parent_id": null, "role": "assistant", "kind": "plain", "parts": [{"id": "0.0", "provider_metadata": null, "type": "text", "text": "Hello. What can I do for you?"}], "task_id": null, "author_id": null, "author_name": null, "request_id": null, "created_at": "2026-11-30T03:19:32.144729Z"}}','2026-11-30 03:19:32.144729');
INSERT INTO "chat_event" VALUES(56,'ses_01a22a77023077e8aa22f8b0b836c997','wsp_local',3,'trn_01a22a770267747ea637fa999c348817','{"type": "message.created", "message": {"id": "msg_01a22a77026175d8b39ff7538f57272e", "chat_session_id": "ses_01a22a77023077e8aa22f8b0b836c997", "parent_id": "msg_01a22a77024371b6a32063aa541b5df6", "role": "user", "kind": "plain", "parts": [{"id": "0.0", "provider_metadata": null, "type": "text", "text": "Hello to everybody"}], "task_id": "trn_01a22a770267747ea637fa999c348817", "author_id": "usr_01a22a76e3127380af90da90d05d2844", "author_name": "Cleo", "request_id": null, "created_at": "2026-11-30T03:19:32.193984Z"}}','2026-11-30 03:19:32.193984');
INSERT INTO "chat_event" VALUES(57,'ses_01a22a77023077e8aa22f8b0b836c997','wsp_local',4,'trn_01a22a770267747ea637fa999c348817','{"type": "message.created", "message": {"id": "msg_01a22a770267747ea637fa9a4a9061f2", "chat_session_id": "ses_01a22a77023077e8aa22f8b0b836c997", "parent_id": "msg_01a22a77026175d8b39ff7538f57272e", "role": "assistant", "kind": "plain", "parts": [], "task_id": "trn_01a22a770267747ea637fa999c348817", "author_id": null, "author_name": null, "request_id": null, "created_at": "2026-11-30T03:19:32.199225Z"}}','2026-11-30 03:19:32.193984');
INSERT INTO "chat_event" VALUES(58,'ses_01a22a77023077e8aa22f8b0b836c997','wsp_local',5,'trn_01a22a770267747ea637fa999c348817','{"type": "turn.queued", "turn": {"id": "trn_01a22a770267747ea637fa999c348817", "session_id": "ses_01a22a77023077e8aa22f8b0b836c997", "user_message_id": "msg_01a22a77026175d8b39ff7538f57272e", "assistant_message_id": "msg_01a22a770267747ea637fa9a4a9061f2", "agent_key": "player", "model": "scripted:{data_dir}/script.json", "status": "queued", "attempt": 0, "resumed_at": null, "delay": null, "usage": {"input_tokens": 0, "output_tokens": 0, "requests": 0}, "error_code": null, "created_at": "2026-11-30T03:19:32.199225Z", "started_at": null, "finished_at": null}}','2026-11-30 03:19:32.193984');
INSERT INTO "chat_event" VALUES(59,'ses_01a22a77023077e8aa22f8b0b836c997','wsp_local',6,'trn_01a22a770267747ea637fa999c348817','{"type": "turn.started", "attempt": 1, "started_at": "2026-11-30T03:19:32.193984Z", "resumed_at": null}','2026-11-30 03:19:32.193984');
INSERT INTO "chat_event" VALUES(60,'ses_01a22a77023077e8aa22f8b0b836c997','wsp_local',7,'trn_01a22a770267747ea637fa999c348817','{"type": "session.renamed", "title": "Hello to everybody", "title_source": "words"}','2026-11-30 03:19:32.193984');
INSERT INTO "chat_event" VALUES(61,'ses_01a22a77023077e8aa22f8b0b836c997','wsp_local',8,'trn_01a22a770267747ea637fa999c348817','{"type": "part.completed", "message_id": "msg_01a22a770267747ea637fa9a4a9061f2", "part": {"id": "0.0", "provider_metadata": null, "type": "text", "text": "Yes."}}','2026-11-30 03:19:32.541848');
INSERT INTO "chat_event" VALUES(62,'ses_01a22a77023077e8aa22f8b0b836c997','wsp_local',9,'trn_01a22a770267747ea637fa999c348817','{"type": "turn.completed", "turn": {"id": "trn_01a22a770267747ea637fa999c348817", "session_id": "ses_01a22a77023077e8aa22f8b0b836c997", "user_message_id": "msg_01a22a77026175d8b39ff7538f57272e", "assistant_message_id": "msg_01a22a770267747ea637fa9a4a9061f2", "agent_key": "player", "model": "scripted:{data_dir}/script.json", "status": "completed", "attempt": 1, "resumed_at": null, "delay": null, "usage": {"input_tokens": 1, "output_tokens": 1, "requests": 1}, "error_code": null, "created_at": "2026-11-30T03:19:32.199225Z", "started_at": "2026-11-30T03:19:32.193984Z", "finished_at": "2026-11-30T03:19:32.604865Z"}}','2026-11-30 03:19:32.604865');
INSERT INTO "chat_event" VALUES(63,'ses_01a22a77023077e8aa22f8b0b836c997','wsp_local',10,NULL,'{"type": "session.renamed", "title": "A title by the model", "title_source": "model"}','2026-11-30 03:19:32.812649');
INSERT INTO "chat_event" VALUES(64,'ses_01a22a77051975578c944480b22d2f8e','wsp_local',1,NULL,'{"type": "session.created", "session": {"id": "ses_01a22a77051975578c944480b22d2f8e", "workspace_id": "wsp_local", "agent_key": "echo", "creator_id": "usr_local", "title": "From a webhook", "title_source": "person", "status": "active", "origin": "WEBHOOK", "visibility": "workspace", "created_at": "2026-11-30T03:19:32.889099Z", "updated_at": "2026-11-30T03:19:32.889099Z", "last_activity_at": "2026-11-30T03:19:32.889099Z"}}','2026-11-30 03:19:32.889099');
INSERT INTO "chat_event" VALUES(65,'ses_01a22a77051975578c944480b22d2f8e','wsp_local',2,'trn_01a22a770529702fb5717c78080d8477','{"type": "message.created", "message": {"id": "msg_01a22a77052876c0b9784e7e999be12a", "chat_session_id": "ses_01a22a77051975578c944480b22d2f8e", "parent_id": null, "role": "user", "kind": "plain", "parts": [{"id": "0.0", "provider_metadata": null, "type": "text", "text": "A build failed"}], "task_id": "trn_01a22a770529702fb5717c78080d8477", "author_id": "usr_local", "author_name": "Ada", "request_id": null, "created_at": "2026-11-30T03:19:32.904355Z"}}','2026-11-30 03:19:32.904355');
INSERT INTO "chat_event" VALUES(66,'ses_01a22a77051975578c944480b22d2f8e','wsp_local',3,'trn_01a22a770529702fb5717c78080d8477','{"type": "message.created", "message": {"id": "msg_01a22a770529702fb5717c7926033266", "chat_session_id": "ses_01a22a77051975578c944480b22d2f8e", "parent_id": "msg_01a22a77052876c0b9784e7e999be12a", "role": "assistant", "kind": "plain", "parts": [], "task_id": "trn_01a22a770529702fb5717c78080d8477", "author_id": null, "author_name": null, "request_id": null, "created_at": "2026-11-30T03:19:32.905088Z"}}','2026-11-30 03:19:32.904355');
INSERT INTO "chat_event" VALUES(67,'ses_01a22a77051975578c944480b22d2f8e','wsp_local',4,'trn_01a22a770529702fb5717c78080d8477','{"type": "turn.queued", "turn": {"id": "trn_01a22a770529702fb5717c78080d8477", "session_id": "ses_01a22a77051975578c944480b22d2f8e", "user_message_id": "msg_01a22a77052876c0b9784e7e999be12a", "assistant_message_id": "msg_01a22a770529702fb5717c7926033266", "agent_key": "echo", "model": "scripted:echo", "status": "queued", "attempt": 0, "resumed_at": null, "delay": null, "usage": {"input_tokens": 0, "output_tokens": 0, "requests": 0}, "error_code": null, "created_at": "2026-11-30T03:19:32.905088Z", "started_at": null, "finished_at": null}}','2026-11-30 03:19:32.904355');
INSERT INTO "chat_event" VALUES(68,'ses_01a22a77051975578c944480b22d2f8e','wsp_local',5,'trn_01a22a770529702fb5717c78080d8477','{"type": "turn.started", "attempt": 1, "started_at": "2026-11-30T03:19:32.904355Z", "resumed_at": null}','2026-11-30 03:19:32.904355');
INSERT INTO "chat_event" VALUES(69,'ses_01a22a77051975578c944480b22d2f8e','wsp_local',6,'trn_01a22a770529702fb5717c78080d8477','{"type": "part.completed", "message_id": "msg_01a22a770529702fb5717c7926033266", "part": {"id": "0.0", "provider_metadata": null, "type": "text", "text": "A build failed"}}','2026-11-30 03:19:33.120662');
INSERT INTO "chat_event" VALUES(70,'ses_01a22a77051975578c944480b22d2f8e','wsp_local',7,'trn_01a22a770529702fb5717c78080d8477','{"type": "turn.completed", "turn": {"id": "trn_01a22a770529702fb5717c78080d8477", "session_id": "ses_01a22a77051975578c944480b22d2f8e", "user_message_id": "msg_01a22a77052876c0b9784e7e999be12a", "assistant_message_id": "msg_01a22a770529702fb5717c7926033266", "agent_key": "echo", "model": "scripted:echo", "status": "completed", "attempt": 1, "resumed_at": null, "delay": null, "usage": {"input_tokens": 1, "output_tokens": 3, "requests": 1}, "error_code": null, "created_at": "2026-11-30T03:19:32.905088Z", "started_at": "2026-11-30T03:19:32.904355Z", "finished_at": "2026-11-30T03:19:33.140665Z"}}','2026-11-30 03:19:33.140665');
INSERT INTO "chat_event" VALUES(71,'ses_01a22a77061c7105928850125a49b906','wsp_local',1,NULL,'{"type": "session.created", "session": {"id": "ses_01a22a77061c7105928850125a49b906", "workspace_id": "wsp_local", "agent_key": "echo", "creator_id": "usr_local", "title": "Put away", "title_source": "person", "status": "active", "origin": null, "visibility": "private", "created_at": "2026-11-30T03:19:33.148639Z", "updated_at": "2026-11-30T03:19:33.148639Z", "last_activity_at": "2026-11-30T03:19:33.148639Z"}}','2026-11-30 03:19:33.148639');
INSERT INTO "chat_event" VALUES(72,'ses_01a22a77061c7105928850125a49b906','wsp_local',2,'trn_01a22a77062a70b2bf73b47c2cdee1b2','{"type": "message.created", "message": {"id": "msg_01a22a770627776493bfb3ca2f78ca44", "chat_session_id": "ses_01a22a77061c7105928850125a49b906", "parent_id": null, "role": "user", "kind": "plain", "parts": [{"id": "0.0", "provider_metadata": null, "type": "text", "text": "Old words"}], "task_id": "trn_01a22a77062a70b2bf73b47c2cdee1b2", "author_id": "usr_local", "author_name": "Ada", "request_id": null, "created_at": "2026-11-30T03:19:33.160012Z"}}','2026-11-30 03:19:33.160012');
INSERT INTO "chat_event" VALUES(73,'ses_01a22a77061c7105928850125a49b906','wsp_local',3,'trn_01a22a77062a70b2bf73b47c2cdee1b2','{"type": "message.created", "message": {"id": "msg_01a22a77062a70b2bf73b47deb7f5cee", "chat_session_id": "ses_01a22a77061c7105928850125a49b906", "parent_id": "msg_01a22a770627776493bfb3ca2f78ca44", "role": "assistant", "kind": "plain", "parts": [], "task_id": "trn_01a22a77062a70b2bf73b47c2cdee1b2", "author_id": null, "author_name": null, "request_id": null, "created_at": "2026-11-30T03:19:33.162056Z"}}','2026-11-30 03:19:33.160012');
INSERT INTO "chat_event" VALUES(74,'ses_01a22a77061c7105928850125a49b906','wsp_local',4,'trn_01a22a77062a70b2bf73b47c2cdee1b2','{"type": "turn.queued", "turn": {"id": "trn_01a22a77062a70b2bf73b47c2cdee1b2", "session_id": "ses_01a22a77061c7105928850125a49b906", "user_message_id": "msg_01a22a770627776493bfb3ca2f78ca44", "assistant_message_id": "msg_01a22a77062a70b2bf73b47deb7f5cee", "agent_key": "echo", "model": "scripted:echo", "status": "queued", "attempt": 0, "resumed_at": null, "delay": null, "usage": {"input_tokens": 0, "output_tokens": 0, "requests": 0}, "error_code": null, "created_at": "2026-11-30T03:19:33.162056Z", "started_at": null, "finished_at": null}}','2026-11-30 03:19:33.160012');
INSERT INTO "chat_event" VALUES(75,'ses_01a22a77061c7105928850125a49b906','wsp_local',5,'trn_01a22a77062a70b2bf73b47c2cdee1b2','{"type": "turn.started", "attempt": 1, "started_at": "2026-11-30T03:19:33.160012Z", "resumed_at": null}','2026-11-30 03:19:33.160012');
INSERT INTO "chat_event" VALUES(76,'ses_01a22a77061c7105928850125a49b906','wsp_local',6,'trn_01a22a77062a70b2bf73b47c2cdee1b2','{"type": "part.completed", "message_id": "msg_01a22a77062a70b2bf73b47deb7f5cee", "part": {"id": "0.0", "provider_metadata": null, "type": "text", "text": "Old words"}}','2026-11-30 03:19:33.351013');
INSERT INTO "chat_event" VALUES(77,'ses_01a22a77061c7105928850125a49b906','wsp_local',7,'trn_01a22a77062a70b2bf73b47c2cdee1b2','{"type": "turn.completed", "turn": {"id": "trn_01a22a77062a70b2bf73b47c2cdee1b2", "session_id": "ses_01a22a77061c7105928850125a49b906", "user_message_id": "msg_01a22a770627776493bfb3ca2f78ca44", "assistant_message_id": "msg_01a22a77062a70b2bf73b47deb7f5cee", "agent_key": "echo", "model": "scripted:echo", "status": "completed", "attempt": 1, "resumed_at": null, "delay": null, "usage": {"input_tokens": 1, "output_tokens": 2, "requests": 1}, "error_code": null, "created_at": "2026-11-30T03:19:33.162056Z", "started_at": "2026-11-30T03:19:33.160012Z", "finished_at": "2026-11-30T03:19:33.375064Z"}}','2026-11-30 03:19:33.375064');
INSERT INTO "chat_event" VALUES(78,'ses_01a22a77061c7105928850125a49b906','wsp_local',8,NULL,'{"type": "session.archived"}','2026-11-30 03:19:33.385919');
INSERT INTO "chat_event" VALUES(86,'ses_01a22a77071275b1b4891f21c02b9919','wsp_local',8,NULL,'{"type": "session.deleted", "creator_id": "usr_local", "visibility": "private", "agent_key": "echo", "participants": []}','2026-11-30 03:19:33.801720');
INSERT INTO "chat_event" VALUES(87,'ses_01a22a7758dd7777a61d7e06eb295e92','wsp_local',1,NULL,'{"type": "session.created", "session": {"id": "ses_01a22a7758dd7777a61d7e06eb295e92", "workspace_id": "wsp_local", "agent_key": "player", "creator_id": "usr_local", "title": "Interrupted", "title_source": "person", "status": "active", "origin": null, "visibility": "private", "created_at": "2026-11-30T03:19:54.333381Z", "updated_at": "2026-11-30T03:19:54.333381Z", "last_activity_at": "2026-11-30T03:19:54.333381Z"}}','2026-11-30 03:19:54.333381');
INSERT INTO "chat_event" VALUES(88,'ses_01a22a7758dd7777a61d7e06eb295e92','wsp_local',2,NULL,'{"type": "message.created", "message": {"id": "msg_01a22a7759017563a065089e72668e79", "chat_session_id": "ses_01a22a7758dd7777a61d7e06eb295e92", "parent_id": null, "role": "assistant", "kind": "plain", "parts": [{"id": "0.0", "provider_metadata": null, "type": "text", "text": "Hello. What can I do for you?"}], "task_id": null, "author_id": null, "author_name": null, "request_id": null, "created_at": "2026-11-30T03:19:54.333381Z"}}','2026-11-30 03:19:54.333381');
INSERT INTO "chat_event" VALUES(89,'ses_01a22a7758dd7777a61d7e06eb295e92','wsp_local',3,'trn_01a22a77594571c895af319aaecf6eea','{"type": "message.created", "message": {"id": "msg_01a22a77592c763291bb0a354ba31135", "chat_session_id": "ses_01a22a7758dd7777a61d7e06eb295e92", "parent_id": "msg_01a22a7759017563a065089e72668e79", "role": "user", "kind": "plain", "parts": [{"id": "0.0", "provider_metadata": null, "type": "text", "text": "Count to three"}], "task_id": "trn_01a22a77594571c895af319aaecf6eea", "author_id": "usr_local", "author_name": "Ada", "request_id": null, "created_at": "2026-11-30T03:19:54.412411Z"}}','2026-11-30 03:19:54.412411');
INSERT INTO "chat_event" VALUES(90,'ses_01a22a7758dd7777a61d7e06eb295e92','wsp_local',4,'trn_01a22a77594571c895af319aaecf6eea','{"type": "message.created", "message": {"id": "msg_01a22a77594571c895af319bd2a2a937", "chat_session_id": "ses_01a22a7758dd7777a61d7e06eb295e92", "parent_id": "msg_01a22a77592c763291bb0a354ba31135", "role": "assistant", "kind": "plain", "parts": [], "task_id": "trn_01a22a77594571c895af319aaecf6eea", "author_id": null, "author_name": null, "request_id": null, "created_at": "2026-11-30T03:19:54.437513Z"}}','2026-11-30 03:19:54.412411');
INSERT INTO "chat_event" VALUES(91,'ses_01a22a7758dd7777a61d7e06eb295e92','wsp_local',5,'trn_01a22a77594571c895af319aaecf6eea','{"type": "turn.queued", "turn": {"id": "trn_01a22a77594571c895af319aaecf6eea", "session_id": "ses_01a22a7758dd7777a61d7e06eb295e92", "user_message_id": "msg_01a22a77592c763291bb0a354ba31135", "assistant_message_id": "msg_01a22a77594571c895af319bd2a2a937", "agent_key": "player", "model": "scripted:{data_dir}/script.json", "status": "queued", "attempt": 0, "resumed_at": null, "delay": null, "usage": {"input_tokens": 0, "output_tokens": 0, "requests": 0}, "error_code": null, "created_at": "2026-11-30T03:19:54.437513Z", "started_at": null, "finished_at": null}}','2026-11-30 03:19:54.412411');
INSERT INTO "chat_event" VALUES(92,'ses_01a22a7758dd7777a61d7e06eb295e92','wsp_local',6,'trn_01a22a77594571c895af319aaecf6eea','{"type": "turn.started", "attempt": 1, "started_at": "2026-11-30T03:19:54.412411Z", "resumed_at": null}','2026-11-30 03:19:54.412411');
INSERT INTO "chat_event" VALUES(93,'ses_01a22a7758dd7777a61d7e06eb295e92','wsp_local',7,'trn_01a22a775a4f72aaa6fcdf52275fcc28','{"type": "message.created", "message": {"id": "msg_01a22a775a0d77938dd13b7c9887a4f8", "chat_session_id": "ses_01a22a7758dd7777a61d7e06eb295e92", "parent_id": "msg_01a22a77594571c895af319bd2a2a937", "role": "user", "kind": "plain", "parts": [{"id": "0.0", "provider_metadata": null, "type": "text", "text": "And then?"}], "task_id": "trn_01a22a775a4f72aaa6fcdf52275fcc28", "author_id": "usr_local", "author_name": "Ada", "request_id": null, "created_at": "2026-11-30T03:19:54.637120Z"}}','2026-11-30 03:19:54.637120');
INSERT INTO "chat_event" VALUES(94,'ses_01a22a7758dd7777a61d7e06eb295e92','wsp_local',8,'trn_01a22a775a4f72aaa6fcdf52275fcc28','{"type": "message.created", "message": {"id": "msg_01a22a775a4f72aaa6fcdf53410f3210", "chat_session_id": "ses_01a22a7758dd7777a61d7e06eb295e92", "parent_id": "msg_01a22a775a0d77938dd13b7c9887a4f8", "role": "assistant", "kind": "plain", "parts": [], "task_id": "trn_01a22a775a4f72aaa6fcdf52275fcc28", "author_id": null, "author_name": null, "request_id": null, "created_at": "2026-11-30T03:19:54.703206Z"}}','2026-11-30 03:19:54.637120');
INSERT INTO "chat_event" VALUES(95,'ses_01a22a7758dd7777a61d7e06eb295e92','wsp_local',9,'trn_01a22a775a4f72aaa6fcdf52275fcc28','{"type": "turn.queued", "turn": {"id": "trn_01a22a775a4f72aaa6fcdf52275fcc28", "session_id": "ses_01a22a7758dd7777a61d7e06eb295e92", "user_message_id": "msg_01a22a775a0d77938dd13b7c9887a4f8", "assistant_message_id": "msg_01a22a775a4f72aaa6fcdf53410f3210", "agent_key": "player", "model": "scripted:{data_dir}/script.json", "status": "queued", "attempt": 0, "resumed_at": null, "delay": null, "usage": {"input_tokens": 0, "output_tokens": 0, "requests": 0}, "error_code": null, "created_at": "2026-11-30T03:19:54.703206Z", "started_at": null, "finished_at": null}}','2026-11-30 03:19:54.637120');
INSERT INTO "chat_event" VALUES(96,'ses_01a22a7758dd7777a61d7e06eb295e92','wsp_local',10,'trn_01a22a77594571c895af319aaecf6eea','{"type": "part.completed", "message_id": "msg_01a22a77594571c895af319bd2a2a937", "part": {"id": "0.0", "provider_metadata": null, "type": "reasoning", "text": "First the sum.", "duration": 0.001}}','2026-11-30 03:19:55.059711');
INSERT INTO "chat_event" VALUES(97,'ses_01a22a7758dd7777a61d7e06eb295e92','wsp_local',11,'trn_01a22a77594571c895af319aaecf6eea','{"type": "part.completed", "message_id": "msg_01a22a77594571c895af319bd2a2a937", "part": {"id": "0.1", "provider_metadata": null, "type": "tool_call", "call_id": "call-2", "name": "calculator", "arguments": {"expression": "1 + 2"}, "parent_call_id": null}}','2026-11-30 03:19:55.059711');
INSERT INTO "chat_event" VALUES(98,'ses_01a22a7758dd7777a61d7e06eb295e92','wsp_local',12,'trn_01a22a77594571c895af319aaecf6eea','{"type": "part.completed", "message_id": "msg_01a22a77594571c895af319bd2a2a937", "part": {"id": "0.1.1", "provider_metadata": null, "type": "tool_result", "call_id": "call-2", "output": "3", "is_error": false, "duration": 0.0}}','2026-11-30 03:19:55.220247');
CREATE TABLE chat_message (
	id TEXT NOT NULL, 
	chat_session_id TEXT NOT NULL, 
	workspace_id TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	arrived_seq INTEGER, 
	parent_id TEXT, 
	role TEXT NOT NULL, 
	kind TEXT DEFAULT 'plain' NOT NULL, 
	content TEXT NOT NULL, 
	task_id TEXT, 
	author_id TEXT, 
	request_id TEXT, 
	created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT ck_kind CHECK (kind IN ('plain', 'steer')), 
	CONSTRAINT ck_role CHECK (role IN ('user', 'assistant')), 
	FOREIGN KEY(chat_session_id) REFERENCES chat_session (id) ON DELETE CASCADE
);
INSERT INTO "chat_message" VALUES('msg_01a22a76f57c72bab1fb64f2c7902845','ses_01a22a76f5547551b7309423593f9dbc','wsp_local',2,NULL,NULL,'assistant','plain','Hello. What can I do for you?',NULL,NULL,NULL,'2026-11-30 03:19:28.852135');
INSERT INTO "chat_message" VALUES('msg_01a22a76f6807716a0fb43f826169020','ses_01a22a76f5547551b7309423593f9dbc','wsp_local',3,3,'msg_01a22a76f57c72bab1fb64f2c7902845','user','plain','What is 500 / 50 * 3.9?','trn_01a22a76f68c7771a0c029bee8f41953','usr_local','request-1','2026-11-30 03:19:29.152947');
INSERT INTO "chat_message" VALUES('msg_01a22a76f68c7771a0c029bf9b2878e0','ses_01a22a76f5547551b7309423593f9dbc','wsp_local',4,11,'msg_01a22a76f6807716a0fb43f826169020','assistant','plain','The result is **39**.','trn_01a22a76f68c7771a0c029bee8f41953',NULL,NULL,'2026-11-30 03:19:29.164554');
INSERT INTO "chat_message" VALUES('msg_01a22a76f99171d1bddec45ed8fc1059','ses_01a22a76f5547551b7309423593f9dbc','wsp_local',12,12,'msg_01a22a76f68c7771a0c029bf9b2878e0','user','plain','Thank you','trn_01a22a76f99274c1a62d96ee89ae8672','usr_local',NULL,'2026-11-30 03:19:29.937265');
INSERT INTO "chat_message" VALUES('msg_01a22a76f99274c1a62d96ef53a16c7e','ses_01a22a76f5547551b7309423593f9dbc','wsp_local',13,17,'msg_01a22a76f99171d1bddec45ed8fc1059','assistant','plain','Yes.','trn_01a22a76f99274c1a62d96ee89ae8672',NULL,NULL,'2026-11-30 03:19:29.938260');
INSERT INTO "chat_message" VALUES('msg_01a22a76fb5272e19efc878891f1c3fc','ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local',2,NULL,NULL,'assistant','plain','Hello. What can I do for you?',NULL,NULL,NULL,'2026-11-30 03:19:30.331265');
INSERT INTO "chat_message" VALUES('msg_01a22a76fb7c77dabbb62e69f60db337','ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local',3,3,'msg_01a22a76fb5272e19efc878891f1c3fc','user','plain','Fail please','trn_01a22a76fb7d71ba90fc875e6eca7f37','usr_local',NULL,'2026-11-30 03:19:30.428187');
INSERT INTO "chat_message" VALUES('msg_01a22a76fb7d71ba90fc875ff28be0a9','ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local',4,9,'msg_01a22a76fb7c77dabbb62e69f60db337','assistant','plain','So far ','trn_01a22a76fb7d71ba90fc875e6eca7f37',NULL,NULL,'2026-11-30 03:19:30.429055');
INSERT INTO "chat_message" VALUES('msg_01a22a76fc1d71feb50d5bce8daa8514','ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local',10,15,'msg_01a22a76fb7c77dabbb62e69f60db337','assistant','plain','So far ','trn_01a22a76fc1d71feb50d5bcd623aa066',NULL,NULL,'2026-11-30 03:19:30.589745');
INSERT INTO "chat_message" VALUES('msg_01a22a76fd06702892692b6869b7657b','ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local',16,16,'msg_01a22a76fc1d71feb50d5bce8daa8514','user','plain','Never end','trn_01a22a76fd0c74f7b1fb03551ae43ab0','usr_local',NULL,'2026-11-30 03:19:30.822172');
INSERT INTO "chat_message" VALUES('msg_01a22a76fd0c74f7b1fb035675bcef9b','ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local',17,21,'msg_01a22a76fd06702892692b6869b7657b','assistant','plain','Still going','trn_01a22a76fd0c74f7b1fb03551ae43ab0',NULL,NULL,'2026-11-30 03:19:30.828063');
INSERT INTO "chat_message" VALUES('msg_01a22a77006d747e8bc18c70e6e5bbde','ses_01a22a76ffc974f3ac10d54b1c4eba50','wsp_local',6,6,NULL,'user','plain','The export was late again.',NULL,'usr_01a22a76e3127380af90da90d05d2844',NULL,'2026-11-30 03:19:31.694016');
INSERT INTO "chat_message" VALUES('msg_01a22a7700837015bdca1bc5b9130d0e','ses_01a22a76ffc974f3ac10d54b1c4eba50','wsp_local',7,7,'msg_01a22a77006d747e8bc18c70e6e5bbde','user','plain','@echo do you see why?','trn_01a22a770084700eb0724e165fd671de','usr_local',NULL,'2026-11-30 03:19:31.715403');
INSERT INTO "chat_message" VALUES('msg_01a22a770084700eb0724e173832c55f','ses_01a22a76ffc974f3ac10d54b1c4eba50','wsp_local',8,12,'msg_01a22a7700837015bdca1bc5b9130d0e','assistant','plain','Cleo: The export was late again.
Ada: @echo do you see why?','trn_01a22a770084700eb0724e165fd671de',NULL,NULL,'2026-11-30 03:19:31.716133');
INSERT INTO "chat_message" VALUES('msg_01a22a77021470ba9255e58eb7d0b67b','ses_01a22a76ffc974f3ac10d54b1c4eba50','wsp_local',14,14,'msg_01a22a770084700eb0724e173832c55f','user','plain','I do not.',NULL,'usr_01a22a76de1273b081ec2eb43a16c748',NULL,'2026-11-30 03:19:32.116558');
INSERT INTO "chat_message" VALUES('msg_01a22a77024371b6a32063aa541b5df6','ses_01a22a77023077e8aa22f8b0b836c997','wsp_local',2,NULL,NULL,'assistant','plain','Hello. What can I do for you?',NULL,NULL,NULL,'2026-11-30 03:19:32.144729');
INSERT INTO "chat_message" VALUES('msg_01a22a77026175d8b39ff7538f57272e','ses_01a22a77023077e8aa22f8b0b836c997','wsp_local',3,3,'msg_01a22a77024371b6a32063aa541b5df6','user','plain','Hello to everybody','trn_01a22a770267747ea637fa999c348817','usr_01a22a76e3127380af90da90d05d2844',NULL,'2026-11-30 03:19:32.193984');
INSERT INTO "chat_message" VALUES('msg_01a22a770267747ea637fa9a4a9061f2','ses_01a22a77023077e8aa22f8b0b836c997','wsp_local',4,9,'msg_01a22a77026175d8b39ff7538f57272e','assistant','plain','Yes.','trn_01a22a770267747ea637fa999c348817',NULL,NULL,'2026-11-30 03:19:32.199225');
INSERT INTO "chat_message" VALUES('msg_01a22a77052876c0b9784e7e999be12a','ses_01a22a77051975578c944480b22d2f8e','wsp_local',2,2,NULL,'user','plain','A build failed','trn_01a22a770529702fb5717c78080d8477','usr_local',NULL,'2026-11-30 03:19:32.904355');
INSERT INTO "chat_message" VALUES('msg_01a22a770529702fb5717c7926033266','ses_01a22a77051975578c944480b22d2f8e','wsp_local',3,7,'msg_01a22a77052876c0b9784e7e999be12a','assistant','plain','A build failed','trn_01a22a770529702fb5717c78080d8477',NULL,NULL,'2026-11-30 03:19:32.905088');
INSERT INTO "chat_message" VALUES('msg_01a22a770627776493bfb3ca2f78ca44','ses_01a22a77061c7105928850125a49b906','wsp_local',2,2,NULL,'user','plain','Old words','trn_01a22a77062a70b2bf73b47c2cdee1b2','usr_local',NULL,'2026-11-30 03:19:33.160012');
INSERT INTO "chat_message" VALUES('msg_01a22a77062a70b2bf73b47deb7f5cee','ses_01a22a77061c7105928850125a49b906','wsp_local',3,7,'msg_01a22a770627776493bfb3ca2f78ca44','assistant','plain','Old words','trn_01a22a77062a70b2bf73b47c2cdee1b2',NULL,NULL,'2026-11-30 03:19:33.162056');
INSERT INTO "chat_message" VALUES('msg_01a22a7759017563a065089e72668e79','ses_01a22a7758dd7777a61d7e06eb295e92','wsp_local',2,NULL,NULL,'assistant','plain','Hello. What can I do for you?',NULL,NULL,NULL,'2026-11-30 03:19:54.333381');
INSERT INTO "chat_message" VALUES('msg_01a22a77592c763291bb0a354ba31135','ses_01a22a7758dd7777a61d7e06eb295e92','wsp_local',3,3,'msg_01a22a7759017563a065089e72668e79','user','plain','Count to three','trn_01a22a77594571c895af319aaecf6eea','usr_local',NULL,'2026-11-30 03:19:54.412411');
INSERT INTO "chat_message" VALUES('msg_01a22a77594571c895af319bd2a2a937','ses_01a22a7758dd7777a61d7e06eb295e92','wsp_local',4,NULL,'msg_01a22a77592c763291bb0a354ba31135','assistant','plain','','trn_01a22a77594571c895af319aaecf6eea',NULL,NULL,'2026-11-30 03:19:54.437513');
INSERT INTO "chat_message" VALUES('msg_01a22a775a0d77938dd13b7c9887a4f8','ses_01a22a7758dd7777a61d7e06eb295e92','wsp_local',7,7,'msg_01a22a77594571c895af319bd2a2a937','user','plain','And then?','trn_01a22a775a4f72aaa6fcdf52275fcc28','usr_local',NULL,'2026-11-30 03:19:54.637120');
INSERT INTO "chat_message" VALUES('msg_01a22a775a4f72aaa6fcdf53410f3210','ses_01a22a7758dd7777a61d7e06eb295e92','wsp_local',8,NULL,'msg_01a22a775a0d77938dd13b7c9887a4f8','assistant','plain','','trn_01a22a775a4f72aaa6fcdf52275fcc28',NULL,NULL,'2026-11-30 03:19:54.703206');
CREATE TABLE chat_session (
	id TEXT NOT NULL, 
	workspace_id TEXT NOT NULL, 
	agent_key TEXT NOT NULL, 
	creator_id TEXT NOT NULL, 
	title TEXT DEFAULT '' NOT NULL, 
	title_source TEXT DEFAULT 'none' NOT NULL, 
	status TEXT DEFAULT 'active' NOT NULL, 
	origin TEXT, 
	visibility TEXT DEFAULT 'private' NOT NULL, 
	preview TEXT DEFAULT '' NOT NULL, 
	preview_role TEXT, 
	last_seq INTEGER DEFAULT '0' NOT NULL, 
	created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	updated_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	last_activity_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT ck_origin CHECK (origin IN ('UI', 'CLI', 'WEBHOOK', 'CRON', 'AGENT')), 
	CONSTRAINT ck_status CHECK (status IN ('active', 'archived')), 
	CONSTRAINT ck_title_source CHECK (title_source IN ('none', 'words', 'model', 'person')), 
	CONSTRAINT ck_visibility CHECK (visibility IN ('private', 'group', 'workspace'))
);
INSERT INTO "chat_session" VALUES('ses_01a22a76f5547551b7309423593f9dbc','wsp_local','player','usr_local','Private sums','person','active','UI','private','Yes.','assistant',18,'2026-11-30 03:19:28.852135','2026-11-30 03:19:28.852135','2026-11-30 03:19:30.305192');
INSERT INTO "chat_session" VALUES('ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local','player','usr_local','Errors','person','active',NULL,'private','Still going','assistant',21,'2026-11-30 03:19:30.331265','2026-11-30 03:19:30.331265','2026-11-30 03:19:31.347646');
INSERT INTO "chat_session" VALUES('ses_01a22a76ffc974f3ac10d54b1c4eba50','wsp_local','echo','usr_local','Group of three','person','active',NULL,'group','I do not.','user',14,'2026-11-30 03:19:31.529731','2026-11-30 03:19:31.562169','2026-11-30 03:19:32.116558');
INSERT INTO "chat_session" VALUES('ses_01a22a77023077e8aa22f8b0b836c997','wsp_local','player','usr_01a22a76e3127380af90da90d05d2844','A title by the model','model','active','CLI','workspace','Yes.','assistant',10,'2026-11-30 03:19:32.144729','2026-11-30 03:19:32.812649','2026-11-30 03:19:32.604865');
INSERT INTO "chat_session" VALUES('ses_01a22a77051975578c944480b22d2f8e','wsp_local','echo','usr_local','From a webhook','person','active','WEBHOOK','workspace','A build failed','assistant',7,'2026-11-30 03:19:32.889099','2026-11-30 03:19:32.889099','2026-11-30 03:19:33.140665');
INSERT INTO "chat_session" VALUES('ses_01a22a77061c7105928850125a49b906','wsp_local','echo','usr_local','Put away','person','archived',NULL,'private','Old words','assistant',8,'2026-11-30 03:19:33.148639','2026-11-30 03:19:33.385919','2026-11-30 03:19:33.375064');
INSERT INTO "chat_session" VALUES('ses_01a22a7758dd7777a61d7e06eb295e92','wsp_local','player','usr_local','Interrupted','person','active',NULL,'private','And then?','user',12,'2026-11-30 03:19:54.333381','2026-11-30 03:19:54.333381','2026-11-30 03:19:54.637120');
CREATE TABLE journal_entry (
	position INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	workspace_id TEXT NOT NULL, 
	type TEXT NOT NULL, 
	actor_id TEXT, 
	actor_name TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	data JSON NOT NULL, 
	created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL
);
INSERT INTO "journal_entry" VALUES(1,'wsp_local','login.created','usr_local','Ada','ada@example.org','{"client": "", "address": ""}','2026-11-30 03:19:21.476775');
INSERT INTO "journal_entry" VALUES(2,'wsp_local','invitation.created','usr_local','Ada','lnk_01a22a76d8a4760ebeb7aea8a8d3624c','{"role": "admin", "days": 7}','2026-11-30 03:19:21.509320');
INSERT INTO "journal_entry" VALUES(3,'wsp_local','member.joined','usr_01a22a76de1273b081ec2eb43a16c748','Ben','ben@example.org','{"role": "admin"}','2026-11-30 03:19:22.956204');
INSERT INTO "journal_entry" VALUES(4,'wsp_local','login.created','usr_01a22a76de1273b081ec2eb43a16c748','Ben','ben@example.org','{"client": "", "address": ""}','2026-11-30 03:19:23.106604');
INSERT INTO "journal_entry" VALUES(5,'wsp_local','invitation.created','usr_local','Ada','lnk_01a22a76def877e8b0bc20a352758afa','{"role": "member", "days": 7}','2026-11-30 03:19:23.129376');
INSERT INTO "journal_entry" VALUES(6,'wsp_local','member.joined','usr_01a22a76e3127380af90da90d05d2844','Cleo','cleo@example.org','{"role": "member"}','2026-11-30 03:19:24.182073');
INSERT INTO "journal_entry" VALUES(7,'wsp_local','login.created','usr_01a22a76e3127380af90da90d05d2844','Cleo','cleo@example.org','{"client": "", "address": ""}','2026-11-30 03:19:24.195065');
INSERT INTO "journal_entry" VALUES(8,'wsp_local','invitation.created','usr_local','Ada','lnk_01a22a76e3297010b70af0e77b0327d8','{"role": "viewer", "days": 7}','2026-11-30 03:19:24.202610');
INSERT INTO "journal_entry" VALUES(9,'wsp_local','member.joined','usr_01a22a76e784758492a19b675b7692a2','Dora','dora@example.org','{"role": "viewer"}','2026-11-30 03:19:25.320486');
INSERT INTO "journal_entry" VALUES(10,'wsp_local','login.created','usr_01a22a76e784758492a19b675b7692a2','Dora','dora@example.org','{"client": "", "address": ""}','2026-11-30 03:19:25.333397');
INSERT INTO "journal_entry" VALUES(11,'wsp_local','invitation.created','usr_local','Ada','lnk_01a22a76e79e76eda32f5afb1a648012','{"role": "member", "days": 7}','2026-11-30 03:19:25.343357');
INSERT INTO "journal_entry" VALUES(12,'wsp_local','member.joined','usr_01a22a76eca677cdb360ae0f409537d5','Eve','eve@example.org','{"role": "member"}','2026-11-30 03:19:26.634222');
INSERT INTO "journal_entry" VALUES(13,'wsp_local','login.created','usr_01a22a76eca677cdb360ae0f409537d5','Eve','eve@example.org','{"client": "", "address": ""}','2026-11-30 03:19:26.656081');
INSERT INTO "journal_entry" VALUES(14,'wsp_local','workspace.renamed','usr_local','Ada','Analytical engines','{}','2026-11-30 03:19:26.665904');
INSERT INTO "journal_entry" VALUES(15,'wsp_01a22a76eccb71ea8407bcd48e3acea8','workspace.created','usr_01a22a76eca677cdb360ae0f409537d5','Eve','Eve''s own','{}','2026-11-30 03:19:26.669380');
INSERT INTO "journal_entry" VALUES(16,'wsp_local','member.removed','usr_local','Ada','eve@example.org','{}','2026-11-30 03:19:26.689036');
INSERT INTO "journal_entry" VALUES(17,'wsp_local','token.created','usr_local','Ada','Nightly export','{"scope": "write", "days": null}','2026-11-30 03:19:26.758859');
INSERT INTO "journal_entry" VALUES(18,'wsp_local','token.created','usr_local','Ada','Old script','{"scope": "read", "days": null}','2026-11-30 03:19:26.769119');
INSERT INTO "journal_entry" VALUES(19,'wsp_local','token.revoked','usr_local','Ada','Old script','{}','2026-11-30 03:19:26.801179');
INSERT INTO "journal_entry" VALUES(20,'wsp_local','invitation.created','usr_local','Ada','lnk_01a22a76ed5f746291e19f106731765a','{"role": "member", "days": 30}','2026-11-30 03:19:26.816375');
INSERT INTO "journal_entry" VALUES(21,'wsp_local','key.stored','usr_local','Ada','SERVER_KEY','{"replaced": false}','2026-11-30 03:19:27.800613');
INSERT INTO "journal_entry" VALUES(22,'wsp_local','login.failed',NULL,'','ada@example.org','{"address": ""}','2026-11-30 03:19:28.778239');
INSERT INTO "journal_entry" VALUES(23,'wsp_local','session.created','usr_local','Ada','ses_01a22a76f5547551b7309423593f9dbc','{"agent": "player", "origin": "UI", "visibility": "private"}','2026-11-30 03:19:29.049792');
INSERT INTO "journal_entry" VALUES(24,'wsp_local','session.created','usr_local','Ada','ses_01a22a76fb1b7467a1f7826f7e19eee2','{"agent": "player", "origin": null, "visibility": "private"}','2026-11-30 03:19:30.423122');
INSERT INTO "journal_entry" VALUES(25,'wsp_local','session.created','usr_local','Ada','ses_01a22a76ffc974f3ac10d54b1c4eba50','{"agent": "echo", "origin": null, "visibility": "private"}','2026-11-30 03:19:31.539053');
INSERT INTO "journal_entry" VALUES(26,'wsp_local','participant.added','usr_local','Ada','ses_01a22a76ffc974f3ac10d54b1c4eba50','{"person": "usr_01a22a76e3127380af90da90d05d2844"}','2026-11-30 03:19:31.623265');
INSERT INTO "journal_entry" VALUES(27,'wsp_local','participant.added','usr_local','Ada','ses_01a22a76ffc974f3ac10d54b1c4eba50','{"person": "usr_01a22a76de1273b081ec2eb43a16c748"}','2026-11-30 03:19:31.673949');
INSERT INTO "journal_entry" VALUES(28,'wsp_local','session.created','usr_01a22a76e3127380af90da90d05d2844','Cleo','ses_01a22a77023077e8aa22f8b0b836c997','{"agent": "player", "origin": "CLI", "visibility": "workspace"}','2026-11-30 03:19:32.179056');
INSERT INTO "journal_entry" VALUES(29,'wsp_local','session.created','usr_local','Ada','ses_01a22a77051975578c944480b22d2f8e','{"agent": "echo", "origin": "WEBHOOK", "visibility": "workspace"}','2026-11-30 03:19:32.893486');
INSERT INTO "journal_entry" VALUES(30,'wsp_local','session.created','usr_local','Ada','ses_01a22a77061c7105928850125a49b906','{"agent": "echo", "origin": null, "visibility": "private"}','2026-11-30 03:19:33.152161');
INSERT INTO "journal_entry" VALUES(31,'wsp_local','session.created','usr_local','Ada','ses_01a22a77071275b1b4891f21c02b9919','{"agent": "echo", "origin": null, "visibility": "private"}','2026-11-30 03:19:33.398860');
INSERT INTO "journal_entry" VALUES(32,'wsp_local','session.deleted','usr_local','Ada','ses_01a22a77071275b1b4891f21c02b9919','{"agent": "echo", "origin": null, "visibility": "private"}','2026-11-30 03:19:33.833502');
INSERT INTO "journal_entry" VALUES(33,'wsp_local','login.created','usr_local','Ada','ada@example.org','{"client": "", "address": ""}','2026-11-30 03:19:54.270289');
INSERT INTO "journal_entry" VALUES(34,'wsp_local','session.created','usr_local','Ada','ses_01a22a7758dd7777a61d7e06eb295e92','{"agent": "player", "origin": null, "visibility": "private"}','2026-11-30 03:19:54.377746');
CREATE TABLE link (
	id TEXT NOT NULL, 
	token_hash TEXT NOT NULL, 
	purpose TEXT NOT NULL, 
	workspace_id TEXT NOT NULL, 
	role TEXT, 
	account_id TEXT, 
	created_by TEXT, 
	created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	expires_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT ck_purpose CHECK (purpose IN ('set_up', 'invite', 'reset')), 
	CONSTRAINT ck_role CHECK (role IN ('owner', 'admin', 'member', 'viewer')), 
	FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE, 
	FOREIGN KEY(workspace_id) REFERENCES workspace (id) ON DELETE CASCADE
);
INSERT INTO "link" VALUES('lnk_01a22a76ed5f746291e19f106731765a','6cd6676a8e29a992698ec9d04c11827045dc58d6a66c7e7dcf6e7b24e52fd7b8','invite','wsp_local','member',NULL,'usr_local','2026-11-30 03:19:26.815678','2126-01-01 00:00:00.000000');
INSERT INTO "link" VALUES('lnk_01a22a76ed757069b45efadb034f738b','d0c51cdd588c46e7ba6f5e6d6e3dc8244b7393caad570e6413191aaf68bf31ef','reset','wsp_local',NULL,'usr_01a22a76e784758492a19b675b7692a2','usr_local','2026-11-30 03:19:26.837029','2126-01-01 00:00:00.000000');
CREATE TABLE login (
	id TEXT NOT NULL, 
	token_hash TEXT NOT NULL, 
	account_id TEXT NOT NULL, 
	workspace_id TEXT NOT NULL, 
	client TEXT NOT NULL, 
	created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	used_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	expires_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE, 
	FOREIGN KEY(workspace_id) REFERENCES workspace (id) ON DELETE CASCADE
);
INSERT INTO "login" VALUES('lgn_01a22a76d88373529d31a78ade6e22c0','aedb58dbe39b4b27567bbab7eacd5d6fc1195287a9fb3f9565946a745c8763ba','usr_local','wsp_local','','2026-11-30 03:19:21.475154','2026-11-30 03:19:21.475154','2126-01-01 00:00:00.000000');
INSERT INTO "login" VALUES('lgn_01a22a76de4d74e188cf48a181311b6e','dacac8df8e5128bd12a661edc4d3b8bc83bfea81e7c06d7d81ca3cb687d76f0e','usr_01a22a76de1273b081ec2eb43a16c748','wsp_local','','2026-11-30 03:19:22.957784','2026-11-30 03:19:22.957784','2126-01-01 00:00:00.000000');
INSERT INTO "login" VALUES('lgn_01a22a76e31a74a180425969bd761137','8f0698baf22ddfc9af7d9200d490391b97ae66f694789c5a19cd2e5b19078d25','usr_01a22a76e3127380af90da90d05d2844','wsp_local','','2026-11-30 03:19:24.186020','2026-11-30 03:19:24.186020','2126-01-01 00:00:00.000000');
INSERT INTO "login" VALUES('lgn_01a22a76e79472d0aa3e0da80ad2e702','9cddcf4f75e5a2e671acee98424b07eba0f377dfcb0e5b0429a104d7655ec21d','usr_01a22a76e784758492a19b675b7692a2','wsp_local','','2026-11-30 03:19:25.332887','2026-11-30 03:19:25.332887','2126-01-01 00:00:00.000000');
INSERT INTO "login" VALUES('lgn_01a22a76ecbf72d69f534dc32e606ef6','0030a5267fd53b7b621fed25cd0475c6e8be3a4ee5f4cdc8033de5e3c7c9a585','usr_01a22a76eca677cdb360ae0f409537d5','wsp_01a22a76eccb71ea8407bcd48e3acea8','','2026-11-30 03:19:26.655578','2026-11-30 03:19:26.655578','2126-01-01 00:00:00.000000');
INSERT INTO "login" VALUES('lgn_01a22a77589073eeb55fe219b90feb57','191a644b605d09f05035c4fa00705a70b5b941590d4c7953ab04a7d8497ed569','usr_local','wsp_local','','2026-11-30 03:19:54.256781','2026-11-30 03:19:54.256781','2126-01-01 00:00:00.000000');
CREATE TABLE member (
	workspace_id TEXT NOT NULL, 
	account_id TEXT NOT NULL, 
	role TEXT NOT NULL, 
	joined_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	PRIMARY KEY (workspace_id, account_id), 
	CONSTRAINT ck_role CHECK (role IN ('owner', 'admin', 'member', 'viewer')), 
	FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE, 
	FOREIGN KEY(workspace_id) REFERENCES workspace (id) ON DELETE CASCADE
);
INSERT INTO "member" VALUES('wsp_local','usr_local','owner','2026-11-30 03:19:19');
INSERT INTO "member" VALUES('wsp_local','usr_01a22a76de1273b081ec2eb43a16c748','admin','2026-11-30 03:19:22.955018');
INSERT INTO "member" VALUES('wsp_local','usr_01a22a76e3127380af90da90d05d2844','member','2026-11-30 03:19:24.181747');
INSERT INTO "member" VALUES('wsp_local','usr_01a22a76e784758492a19b675b7692a2','viewer','2026-11-30 03:19:25.320260');
INSERT INTO "member" VALUES('wsp_01a22a76eccb71ea8407bcd48e3acea8','usr_01a22a76eca677cdb360ae0f409537d5','owner','2026-11-30 03:19:26.667745');
CREATE TABLE message_part (
	message_id TEXT NOT NULL, 
	id TEXT NOT NULL, 
	workspace_id TEXT NOT NULL, 
	data JSON NOT NULL, 
	PRIMARY KEY (message_id, id), 
	FOREIGN KEY(message_id) REFERENCES chat_message (id) ON DELETE CASCADE
);
INSERT INTO "message_part" VALUES('msg_01a22a76f57c72bab1fb64f2c7902845','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "Hello. What can I do for you?"}');
INSERT INTO "message_part" VALUES('msg_01a22a76f6807716a0fb43f826169020','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "What is 500 / 50 * 3.9?"}');
INSERT INTO "message_part" VALUES('msg_01a22a76f68c7771a0c029bf9b2878e0','0.0','wsp_local','{"id": "0.0", "type": "reasoning", "text": "A product and a quotient.", "duration": 0.001}');
INSERT INTO "message_part" VALUES('msg_01a22a76f68c7771a0c029bf9b2878e0','0.1','wsp_local','{"id": "0.1", "type": "tool_call", "call_id": "call-1", "name": "calculator", "arguments": {"expression": "500 / 50 * 3.9"}}');
INSERT INTO "message_part" VALUES('msg_01a22a76f68c7771a0c029bf9b2878e0','0.1.1','wsp_local','{"id": "0.1.1", "type": "tool_result", "call_id": "call-1", "output": "39", "is_error": false, "duration": 0.0}');
INSERT INTO "message_part" VALUES('msg_01a22a76f68c7771a0c029bf9b2878e0','1.0','wsp_local','{"id": "1.0", "type": "text", "text": "The result is **39**."}');
INSERT INTO "message_part" VALUES('msg_01a22a76f99171d1bddec45ed8fc1059','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "Thank you"}');
INSERT INTO "message_part" VALUES('msg_01a22a76f99274c1a62d96ef53a16c7e','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "Yes."}');
INSERT INTO "message_part" VALUES('msg_01a22a76fb5272e19efc878891f1c3fc','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "Hello. What can I do for you?"}');
INSERT INTO "message_part" VALUES('msg_01a22a76fb7c77dabbb62e69f60db337','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "Fail please"}');
INSERT INTO "message_part" VALUES('msg_01a22a76fb7d71ba90fc875ff28be0a9','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "So far "}');
INSERT INTO "message_part" VALUES('msg_01a22a76fb7d71ba90fc875ff28be0a9','0.1000000','wsp_local','{"id": "0.1000000", "type": "error", "code": "model_unavailable", "text": "The provider did not accept the key for script. Check it under Settings \u2192 Keys, or in the server''s environment.", "details": {"model": "script", "status": 401, "provider_text": "no such key"}}');
INSERT INTO "message_part" VALUES('msg_01a22a76fc1d71feb50d5bce8daa8514','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "So far "}');
INSERT INTO "message_part" VALUES('msg_01a22a76fc1d71feb50d5bce8daa8514','0.1000000','wsp_local','{"id": "0.1000000", "type": "error", "code": "model_unavailable", "text": "The provider did not accept the key for script. Check it under Settings \u2192 Keys, or in the server''s environment.", "details": {"model": "script", "status": 401, "provider_text": "no such key"}}');
INSERT INTO "message_part" VALUES('msg_01a22a76fd06702892692b6869b7657b','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "Never end"}');
INSERT INTO "message_part" VALUES('msg_01a22a76fd0c74f7b1fb035675bcef9b','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "Still going"}');
INSERT INTO "message_part" VALUES('msg_01a22a77006d747e8bc18c70e6e5bbde','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "The export was late again."}');
INSERT INTO "message_part" VALUES('msg_01a22a7700837015bdca1bc5b9130d0e','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "@echo do you see why?"}');
INSERT INTO "message_part" VALUES('msg_01a22a770084700eb0724e173832c55f','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "Cleo: The export was late again.\nAda: @echo do you see why?"}');
INSERT INTO "message_part" VALUES('msg_01a22a77021470ba9255e58eb7d0b67b','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "I do not."}');
INSERT INTO "message_part" VALUES('msg_01a22a77024371b6a32063aa541b5df6','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "Hello. What can I do for you?"}');
INSERT INTO "message_part" VALUES('msg_01a22a77026175d8b39ff7538f57272e','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "Hello to everybody"}');
INSERT INTO "message_part" VALUES('msg_01a22a770267747ea637fa9a4a9061f2','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "Yes."}');
INSERT INTO "message_part" VALUES('msg_01a22a77052876c0b9784e7e999be12a','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "A build failed"}');
INSERT INTO "message_part" VALUES('msg_01a22a770529702fb5717c7926033266','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "A build failed"}');
INSERT INTO "message_part" VALUES('msg_01a22a770627776493bfb3ca2f78ca44','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "Old words"}');
INSERT INTO "message_part" VALUES('msg_01a22a77062a70b2bf73b47deb7f5cee','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "Old words"}');
INSERT INTO "message_part" VALUES('msg_01a22a7759017563a065089e72668e79','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "Hello. What can I do for you?"}');
INSERT INTO "message_part" VALUES('msg_01a22a77592c763291bb0a354ba31135','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "Count to three"}');
INSERT INTO "message_part" VALUES('msg_01a22a775a0d77938dd13b7c9887a4f8','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "And then?"}');
INSERT INTO "message_part" VALUES('msg_01a22a77594571c895af319bd2a2a937','0.0','wsp_local','{"id": "0.0", "type": "reasoning", "text": "First the sum.", "duration": 0.001}');
INSERT INTO "message_part" VALUES('msg_01a22a77594571c895af319bd2a2a937','0.1','wsp_local','{"id": "0.1", "type": "tool_call", "call_id": "call-2", "name": "calculator", "arguments": {"expression": "1 + 2"}}');
INSERT INTO "message_part" VALUES('msg_01a22a77594571c895af319bd2a2a937','0.1.1','wsp_local','{"id": "0.1.1", "type": "tool_result", "call_id": "call-2", "output": "3", "is_error": false, "duration": 0.0}');
CREATE TABLE open_part (
	turn_id TEXT NOT NULL, 
	id TEXT NOT NULL, 
	workspace_id TEXT NOT NULL, 
	data JSON NOT NULL, 
	PRIMARY KEY (turn_id, id), 
	FOREIGN KEY(turn_id) REFERENCES turn (id) ON DELETE CASCADE
);
INSERT INTO "open_part" VALUES('trn_01a22a77594571c895af319aaecf6eea','1.0','wsp_local','{"turn_id": "trn_01a22a77594571c895af319aaecf6eea", "message_id": "msg_01a22a77594571c895af319bd2a2a937", "id": "1.0", "attempt": 100, "type": "text", "text": "One, two ", "tool_name": null, "started_at": "2026-11-30T03:19:55.243469Z"}');
CREATE TABLE participant (
	session_id TEXT NOT NULL, 
	account_id TEXT NOT NULL, 
	workspace_id TEXT NOT NULL, 
	role TEXT DEFAULT 'member' NOT NULL, 
	joined_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	PRIMARY KEY (session_id, account_id), 
	CONSTRAINT ck_role CHECK (role IN ('owner', 'member')), 
	FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE, 
	FOREIGN KEY(session_id) REFERENCES chat_session (id) ON DELETE CASCADE
);
INSERT INTO "participant" VALUES('ses_01a22a76ffc974f3ac10d54b1c4eba50','usr_local','wsp_local','owner','2026-11-30 03:19:31.562169');
INSERT INTO "participant" VALUES('ses_01a22a76ffc974f3ac10d54b1c4eba50','usr_01a22a76e3127380af90da90d05d2844','wsp_local','member','2026-11-30 03:19:31.562169');
INSERT INTO "participant" VALUES('ses_01a22a76ffc974f3ac10d54b1c4eba50','usr_01a22a76de1273b081ec2eb43a16c748','wsp_local','member','2026-11-30 03:19:31.669452');
CREATE TABLE provider_key (
	workspace_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	sealed TEXT NOT NULL, 
	stored_by TEXT, 
	stored_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	PRIMARY KEY (workspace_id, name), 
	FOREIGN KEY(workspace_id) REFERENCES workspace (id) ON DELETE CASCADE
);
INSERT INTO "provider_key" VALUES('wsp_local','SERVER_KEY','gAAAAABrDOs_vZYri46Bdb0R3SFUPcoKWxfBmxslDFuvktgCbByc6CzHjz8VAQHBXgRzr0ZrctFVle_yO9K3GNrf-AeJrTy2RB4ZclHlvMUBIs0HxvVJwAMj8z-6dd6ZDNl6YECX1kVFSmkBU7sp3kK6kEycGTMIng==','usr_local','2026-11-30 03:19:27.798620');
CREATE TABLE read_cursor (
	session_id TEXT NOT NULL, 
	user_id TEXT NOT NULL, 
	workspace_id TEXT NOT NULL, 
	read_seq INTEGER NOT NULL, 
	read_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	PRIMARY KEY (session_id, user_id), 
	FOREIGN KEY(session_id) REFERENCES chat_session (id) ON DELETE CASCADE
);
INSERT INTO "read_cursor" VALUES('ses_01a22a76f5547551b7309423593f9dbc','usr_local','wsp_local',18,'2026-11-30 03:19:30.322847');
INSERT INTO "read_cursor" VALUES('ses_01a22a76ffc974f3ac10d54b1c4eba50','usr_01a22a76e3127380af90da90d05d2844','wsp_local',13,'2026-11-30 03:19:32.048932');
CREATE TABLE turn (
	id TEXT NOT NULL, 
	session_id TEXT NOT NULL, 
	workspace_id TEXT NOT NULL, 
	user_message_id TEXT NOT NULL, 
	assistant_message_id TEXT NOT NULL, 
	agent_key TEXT NOT NULL, 
	model TEXT NOT NULL, 
	status TEXT DEFAULT 'queued' NOT NULL, 
	agent_snapshot JSON NOT NULL, 
	attempt INTEGER DEFAULT '0' NOT NULL, 
	resumed_at DATETIME, 
	delay JSON, 
	usage JSON NOT NULL, 
	error_code TEXT, 
	created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	started_at DATETIME, 
	finished_at DATETIME, 
	PRIMARY KEY (id), 
	CONSTRAINT ck_status CHECK (status IN ('queued', 'running', 'waiting', 'completed', 'failed', 'cancelled')), 
	FOREIGN KEY(session_id) REFERENCES chat_session (id) ON DELETE CASCADE
);
INSERT INTO "turn" VALUES('trn_01a22a76f68c7771a0c029bee8f41953','ses_01a22a76f5547551b7309423593f9dbc','wsp_local','msg_01a22a76f6807716a0fb43f826169020','msg_01a22a76f68c7771a0c029bf9b2878e0','player','scripted:{data_dir}/script.json','completed','{"key": "player", "name": "Player", "color": "#b4552d", "model": "scripted:{data_dir}/script.json", "base_url": null, "api_key_env": null, "description": "", "instructions": "Answer in one sentence.", "tools": ["calculator", "clock"], "greeting": "Hello. What can I do for you?", "readers": ["viewer"], "writers": ["member"], "settings": {"temperature": null, "top_p": null, "max_tokens": null, "seed": null, "thinking": null, "context_window": null}}',1,NULL,NULL,'{"input_tokens": 2, "output_tokens": 9, "requests": 2}',NULL,'2026-11-30 03:19:29.164554','2026-11-30 03:19:29.152947','2026-11-30 03:19:29.902545');
INSERT INTO "turn" VALUES('trn_01a22a76f99274c1a62d96ee89ae8672','ses_01a22a76f5547551b7309423593f9dbc','wsp_local','msg_01a22a76f99171d1bddec45ed8fc1059','msg_01a22a76f99274c1a62d96ef53a16c7e','player','scripted:{data_dir}/script.json','completed','{"key": "player", "name": "Player", "color": "#b4552d", "model": "scripted:{data_dir}/script.json", "base_url": null, "api_key_env": null, "description": "", "instructions": "Answer in one sentence.", "tools": ["calculator", "clock"], "greeting": "Hello. What can I do for you?", "readers": ["viewer"], "writers": ["member"], "settings": {"temperature": null, "top_p": null, "max_tokens": null, "seed": null, "thinking": null, "context_window": null}}',1,NULL,NULL,'{"input_tokens": 1, "output_tokens": 1, "requests": 1}',NULL,'2026-11-30 03:19:29.938260','2026-11-30 03:19:29.937265','2026-11-30 03:19:30.305192');
INSERT INTO "turn" VALUES('trn_01a22a76fb7d71ba90fc875e6eca7f37','ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local','msg_01a22a76fb7c77dabbb62e69f60db337','msg_01a22a76fb7d71ba90fc875ff28be0a9','player','scripted:{data_dir}/script.json','failed','{"key": "player", "name": "Player", "color": "#b4552d", "model": "scripted:{data_dir}/script.json", "base_url": null, "api_key_env": null, "description": "", "instructions": "Answer in one sentence.", "tools": ["calculator", "clock"], "greeting": "Hello. What can I do for you?", "readers": ["viewer"], "writers": ["member"], "settings": {"temperature": null, "top_p": null, "max_tokens": null, "seed": null, "thinking": null, "context_window": null}}',1,NULL,NULL,'{"input_tokens": 0, "output_tokens": 0, "requests": 0}','model_unavailable','2026-11-30 03:19:30.429055','2026-11-30 03:19:30.428187','2026-11-30 03:19:30.563543');
INSERT INTO "turn" VALUES('trn_01a22a76fc1d71feb50d5bcd623aa066','ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local','msg_01a22a76fb7c77dabbb62e69f60db337','msg_01a22a76fc1d71feb50d5bce8daa8514','player','scripted:{data_dir}/script.json','failed','{"key": "player", "name": "Player", "color": "#b4552d", "model": "scripted:{data_dir}/script.json", "base_url": null, "api_key_env": null, "description": "", "instructions": "Answer in one sentence.", "tools": ["calculator", "clock"], "greeting": "Hello. What can I do for you?", "readers": ["viewer"], "writers": ["member"], "settings": {"temperature": null, "top_p": null, "max_tokens": null, "seed": null, "thinking": null, "context_window": null}}',1,NULL,NULL,'{"input_tokens": 0, "output_tokens": 0, "requests": 0}','model_unavailable','2026-11-30 03:19:30.589745','2026-11-30 03:19:30.599142','2026-11-30 03:19:30.777218');
INSERT INTO "turn" VALUES('trn_01a22a76fd0c74f7b1fb03551ae43ab0','ses_01a22a76fb1b7467a1f7826f7e19eee2','wsp_local','msg_01a22a76fd06702892692b6869b7657b','msg_01a22a76fd0c74f7b1fb035675bcef9b','player','scripted:{data_dir}/script.json','cancelled','{"key": "player", "name": "Player", "color": "#b4552d", "model": "scripted:{data_dir}/script.json", "base_url": null, "api_key_env": null, "description": "", "instructions": "Answer in one sentence.", "tools": ["calculator", "clock"], "greeting": "Hello. What can I do for you?", "readers": ["viewer"], "writers": ["member"], "settings": {"temperature": null, "top_p": null, "max_tokens": null, "seed": null, "thinking": null, "context_window": null}}',1,NULL,NULL,'{"input_tokens": 0, "output_tokens": 0, "requests": 0}',NULL,'2026-11-30 03:19:30.828063','2026-11-30 03:19:30.822172','2026-11-30 03:19:31.347646');
INSERT INTO "turn" VALUES('trn_01a22a770084700eb0724e165fd671de','ses_01a22a76ffc974f3ac10d54b1c4eba50','wsp_local','msg_01a22a7700837015bdca1bc5b9130d0e','msg_01a22a770084700eb0724e173832c55f','echo','scripted:echo','completed','{"key": "echo", "name": "Echo", "color": "#5b6ee1", "model": "scripted:echo", "base_url": null, "api_key_env": null, "description": "Repeats what it is told", "instructions": "", "tools": [], "greeting": "", "readers": ["viewer"], "writers": ["member"], "settings": {"temperature": null, "top_p": null, "max_tokens": null, "seed": null, "thinking": null, "context_window": null}}',1,NULL,NULL,'{"input_tokens": 1, "output_tokens": 12, "requests": 1}',NULL,'2026-11-30 03:19:31.716133','2026-11-30 03:19:31.715403','2026-11-30 03:19:31.930106');
INSERT INTO "turn" VALUES('trn_01a22a770267747ea637fa999c348817','ses_01a22a77023077e8aa22f8b0b836c997','wsp_local','msg_01a22a77026175d8b39ff7538f57272e','msg_01a22a770267747ea637fa9a4a9061f2','player','scripted:{data_dir}/script.json','completed','{"key": "player", "name": "Player", "color": "#b4552d", "model": "scripted:{data_dir}/script.json", "base_url": null, "api_key_env": null, "description": "", "instructions": "Answer in one sentence.", "tools": ["calculator", "clock"], "greeting": "Hello. What can I do for you?", "readers": ["viewer"], "writers": ["member"], "settings": {"temperature": null, "top_p": null, "max_tokens": null, "seed": null, "thinking": null, "context_window": null}}',1,NULL,NULL,'{"input_tokens": 1, "output_tokens": 1, "requests": 1}',NULL,'2026-11-30 03:19:32.199225','2026-11-30 03:19:32.193984','2026-11-30 03:19:32.604865');
INSERT INTO "turn" VALUES('trn_01a22a770529702fb5717c78080d8477','ses_01a22a77051975578c944480b22d2f8e','wsp_local','msg_01a22a77052876c0b9784e7e999be12a','msg_01a22a770529702fb5717c7926033266','echo','scripted:echo','completed','{"key": "echo", "name": "Echo", "color": "#5b6ee1", "model": "scripted:echo", "base_url": null, "api_key_env": null, "description": "Repeats what it is told", "instructions": "", "tools": [], "greeting": "", "readers": ["viewer"], "writers": ["member"], "settings": {"temperature": null, "top_p": null, "max_tokens": null, "seed": null, "thinking": null, "context_window": null}}',1,NULL,NULL,'{"input_tokens": 1, "output_tokens": 3, "requests": 1}',NULL,'2026-11-30 03:19:32.905088','2026-11-30 03:19:32.904355','2026-11-30 03:19:33.140665');
INSERT INTO "turn" VALUES('trn_01a22a77062a70b2bf73b47c2cdee1b2','ses_01a22a77061c7105928850125a49b906','wsp_local','msg_01a22a770627776493bfb3ca2f78ca44','msg_01a22a77062a70b2bf73b47deb7f5cee','echo','scripted:echo','completed','{"key": "echo", "name": "Echo", "color": "#5b6ee1", "model": "scripted:echo", "base_url": null, "api_key_env": null, "description": "Repeats what it is told", "instructions": "", "tools": [], "greeting": "", "readers": ["viewer"], "writers": ["member"], "settings": {"temperature": null, "top_p": null, "max_tokens": null, "seed": null, "thinking": null, "context_window": null}}',1,NULL,NULL,'{"input_tokens": 1, "output_tokens": 2, "requests": 1}',NULL,'2026-11-30 03:19:33.162056','2026-11-30 03:19:33.160012','2026-11-30 03:19:33.375064');
INSERT INTO "turn" VALUES('trn_01a22a77594571c895af319aaecf6eea','ses_01a22a7758dd7777a61d7e06eb295e92','wsp_local','msg_01a22a77592c763291bb0a354ba31135','msg_01a22a77594571c895af319bd2a2a937','player','scripted:{data_dir}/script.json','running','{"key": "player", "name": "Player", "color": "#b4552d", "model": "scripted:{data_dir}/script.json", "base_url": null, "api_key_env": null, "description": "", "instructions": "Answer in one sentence.", "tools": ["calculator", "clock"], "greeting": "Hello. What can I do for you?", "readers": ["viewer"], "writers": ["member"], "settings": {"temperature": null, "top_p": null, "max_tokens": null, "seed": null, "thinking": null, "context_window": null}}',1,NULL,NULL,'{"input_tokens": 0, "output_tokens": 0, "requests": 0}',NULL,'2026-11-30 03:19:54.437513','2026-11-30 03:19:54.412411',NULL);
INSERT INTO "turn" VALUES('trn_01a22a775a4f72aaa6fcdf52275fcc28','ses_01a22a7758dd7777a61d7e06eb295e92','wsp_local','msg_01a22a775a0d77938dd13b7c9887a4f8','msg_01a22a775a4f72aaa6fcdf53410f3210','player','scripted:{data_dir}/script.json','queued','{"key": "player", "name": "Player", "color": "#b4552d", "model": "scripted:{data_dir}/script.json", "base_url": null, "api_key_env": null, "description": "", "instructions": "Answer in one sentence.", "tools": ["calculator", "clock"], "greeting": "Hello. What can I do for you?", "readers": ["viewer"], "writers": ["member"], "settings": {"temperature": null, "top_p": null, "max_tokens": null, "seed": null, "thinking": null, "context_window": null}}',0,NULL,NULL,'{"input_tokens": 0, "output_tokens": 0, "requests": 0}',NULL,'2026-11-30 03:19:54.703206',NULL,NULL);
CREATE TABLE workspace (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "workspace" VALUES('wsp_local','Analytical engines','2026-11-30 03:19:19');
INSERT INTO "workspace" VALUES('wsp_01a22a76eccb71ea8407bcd48e3acea8','Eve''s own','2026-11-30 03:19:26.667745');
CREATE INDEX ix_event_workspace ON chat_event (workspace_id, position);
CREATE UNIQUE INDEX ux_event_seq ON chat_event (session_id, seq);
CREATE INDEX ix_session_agent ON chat_session (workspace_id, agent_key, status, last_activity_at, id);
CREATE INDEX ix_session_list ON chat_session (workspace_id, status, last_activity_at, id);
CREATE INDEX ix_message_arrived ON chat_message (chat_session_id, arrived_seq);
CREATE UNIQUE INDEX ux_message_request ON chat_message (chat_session_id, request_id) WHERE request_id IS NOT NULL;
CREATE UNIQUE INDEX ux_message_seq ON chat_message (chat_session_id, seq);
CREATE UNIQUE INDEX ix_turn_answer ON turn (assistant_message_id);
CREATE INDEX ix_turn_session ON turn (session_id, id);
CREATE INDEX ix_turn_unfinished ON turn (session_id, id) WHERE status IN ('queued', 'running', 'waiting');
CREATE UNIQUE INDEX ux_turn_at_work ON turn (session_id) WHERE status IN ('running', 'waiting');
CREATE UNIQUE INDEX ux_account_email ON account (email);
CREATE UNIQUE INDEX ux_account_identity ON account (identity);
CREATE INDEX ix_journal_age ON journal_entry (created_at);
CREATE INDEX ix_journal_type ON journal_entry (workspace_id, type, position);
CREATE INDEX ix_journal_workspace ON journal_entry (workspace_id, position);
CREATE INDEX ix_api_token_account ON api_token (account_id, workspace_id, created_at);
CREATE UNIQUE INDEX ux_api_token_token ON api_token (token_hash);
CREATE INDEX ix_link_account ON link (account_id);
CREATE INDEX ix_link_workspace ON link (workspace_id, purpose, created_at);
CREATE UNIQUE INDEX ux_link_token ON link (token_hash);
CREATE INDEX ix_login_account ON login (account_id, created_at);
CREATE INDEX ix_login_expires ON login (expires_at);
CREATE UNIQUE INDEX ux_login_token ON login (token_hash);
CREATE INDEX ix_member_account ON member (account_id, workspace_id);
CREATE INDEX ix_participant_account ON participant (account_id, session_id);
CREATE INDEX ix_session_creator ON chat_session (creator_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('journal_entry',34);
INSERT INTO "sqlite_sequence" VALUES('chat_event',98);
COMMIT;
