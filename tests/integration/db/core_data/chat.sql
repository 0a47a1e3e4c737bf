BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE chat_event (
	position INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	session_id TEXT NOT NULL, 
	workspace_id TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	turn_id TEXT, 
	data JSON NOT NULL, 
	created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL
);
INSERT INTO "chat_event" VALUES(1,'ses_private','wsp_local',1,NULL,'{"type": "session.created", "session": {"id": "ses_private", "workspace_id": "wsp_local", "agent_key": "echo", "creator_id": "usr_local", "title": "What we said", "title_source": "person", "status": "active", "origin": "UI", "visibility": "private", "created_at": "2026-11-21T16:44:21.387448Z", "updated_at": "2026-11-21T16:44:21.387448Z", "last_activity_at": "2026-11-21T16:44:21.387448Z"}}','2026-11-21 16:44:21.387448');
INSERT INTO "chat_event" VALUES(2,'ses_private','wsp_local',2,'trn_01a1fefe9c1e749f84d724ffd4f322be','{"type": "message.created", "message": {"id": "msg_01a1fefe9c1e749f84d725007deff46e", "chat_session_id": "ses_private", "parent_id": null, "role": "user", "kind": "plain", "parts": [{"id": "0.0", "provider_metadata": null, "type": "text", "text": "The first question"}], "task_id": "trn_01a1fefe9c1e749f84d724ffd4f322be", "author_id": "usr_local", "request_id": null, "created_at": "2026-11-21T16:44:21.406137Z"}}','2026-11-21 16:44:21.406137');
INSERT INTO "chat_event" VALUES(3,'ses_private','wsp_local',3,'trn_01a1fefe9c1e749f84d724ffd4f322be','{"type": "message.created", "message": {"id": "msg_01a1fefe9c1e749f84d72501daa609bb", "chat_session_id": "ses_private", "parent_id": "msg_01a1fefe9c1e749f84d725007deff46e", "role": "assistant", "kind": "plain", "parts": [], "task_id": "trn_01a1fefe9c1e749f84d724ffd4f322be", "author_id": null, "request_id": null, "created_at": "2026-11-21T16:44:21.406305Z"}}','2026-11-21 16:44:21.406137');
INSERT INTO "chat_event" VALUES(4,'ses_private','wsp_local',4,'trn_01a1fefe9c1e749f84d724ffd4f322be','{"type": "turn.queued", "turn": {"id": "trn_01a1fefe9c1e749f84d724ffd4f322be", "session_id": "ses_private", "user_message_id": "msg_01a1fefe9c1e749f84d725007deff46e", "assistant_message_id": "msg_01a1fefe9c1e749f84d72501daa609bb", "agent_key": "echo", "model": "scripted:echo", "status": "queued", "attempt": 0, "resumed_at": null, "delay": null, "usage": {"input_tokens": 0, "output_tokens": 0, "requests": 0}, "error_code": null, "created_at": "2026-11-21T16:44:21.406305Z", "started_at": null, "finished_at": null}}','2026-11-21 16:44:21.406137');
INSERT INTO "chat_event" VALUES(5,'ses_private','wsp_local',5,'trn_01a1fefe9c1e749f84d724ffd4f322be','{"type": "turn.started", "attempt": 1, "started_at": "2026-11-21T16:44:21.406137Z", "resumed_at": null}','2026-11-21 16:44:21.406137');
INSERT INTO "chat_event" VALUES(6,'ses_private','wsp_local',6,'trn_01a1fefe9c1e749f84d724ffd4f322be','{"type": "part.completed", "message_id": "msg_01a1fefe9c1e749f84d72501daa609bb", "part": {"id": "0.0", "provider_metadata": null, "type": "text", "text": "The first question"}}','2026-11-21 16:44:21.608964');
INSERT INTO "chat_event" VALUES(7,'ses_private','wsp_local',7,'trn_01a1fefe9c1e749f84d724ffd4f322be','{"type": "turn.completed", "turn": {"id": "trn_01a1fefe9c1e749f84d724ffd4f322be", "session_id": "ses_private", "user_message_id": "msg_01a1fefe9c1e749f84d725007deff46e", "assistant_message_id": "msg_01a1fefe9c1e749f84d72501daa609bb", "agent_key": "echo", "model": "scripted:echo", "status": "completed", "attempt": 1, "resumed_at": null, "delay": null, "usage": {"input_tokens": 1, "output_tokens": 3, "requests": 1}, "error_code": null, "created_at": "2026-11-21T16:44:21.406305Z", "started_at": "2026-11-21T16:44:21.406137Z", "finished_at": "2026-11-21T16:44:21.615189Z"}}','2026-11-21 16:44:21.615189');
INSERT INTO "chat_event" VALUES(8,'ses_private','wsp_local',8,'trn_01a1fefe9d0976bebd69804730d66976','{"type": "message.created", "message": {"id": "msg_01a1fefe9d0976bebd69804869db3f84", "chat_session_id": "ses_private", "parent_id": "msg_01a1fefe9c1e749f84d72501daa609bb", "role": "user", "kind": "plain", "parts": [{"id": "0.0", "provider_metadata": null, "type": "text", "text": "The second question"}], "task_id": "trn_01a1fefe9d0976bebd69804730d66976", "author_id": "usr_local", "request_id": null, "created_at": "2026-11-21T16:44:21.641469Z"}}','2026-11-21 16:44:21.641469');
INSERT INTO "chat_event" VALUES(9,'ses_private','wsp_local',9,'trn_01a1fefe9d0976bebd69804730d66976','{"type": "message.created", "message": {"id": "msg_01a1fefe9d0976bebd6980491314c18b", "chat_session_id": "ses_private", "parent_id": "msg_01a1fefe9d0976bebd69804869db3f84", "role": "assistant", "kind": "plain", "parts": [], "task_id": "trn_01a1fefe9d0976bebd69804730d66976", "author_id": null, "request_id": null, "created_at": "2026-11-21T16:44:21.641522Z"}}','2026-11-21 16:44:21.641469');
INSERT INTO "chat_event" VALUES(10,'ses_private','wsp_local',10,'trn_01a1fefe9d0976bebd69804730d66976','{"type": "turn.queued", "turn": {"id": "trn_01a1fefe9d0976bebd69804730d66976", "session_id": "ses_private", "user_message_id": "msg_01a1fefe9d0976bebd69804869db3f84", "assistant_message_id": "msg_01a1fefe9d0976bebd6980491314c18b", "agent_key": "echo", "model": "scripted:echo", "status": "queued", "attempt": 0, "resumed_at": null, "delay": null, "usage": {"input_tokens": 0, "output_tokens": 0, "requests": 0}, "error_code": null, "created_at": "2026-11-21T16:44:21.641522Z", "started_at": null, "finished_at": null}}','2026-11-21 16:44:21.641469');
INSERT INTO "chat_event" VALUES(11,'ses_private','wsp_local',11,'trn_01a1fefe9d0976bebd69804730d66976','{"type": "turn.started", "attempt": 1, "started_at": "2026-11-21T16:44:21.641469Z", "resumed_at": null}','2026-11-21 16:44:21.641469');
INSERT INTO "chat_event" VALUES(12,'ses_shared','wsp_local',1,NULL,'{"type": "session.created", "session": {"id": "ses_shared", "workspace_id": "wsp_local", "agent_key": "echo", "creator_id": "usr_local", "title": "", "title_source": "none", "status": "active", "origin": "CLI", "visibility": "workspace", "created_at": "2026-11-21T16:44:21.664025Z", "updated_at": "2026-11-21T16:44:21.664025Z", "last_activity_at": "2026-11-21T16:44:21.664025Z"}}','2026-11-21 16:44:21.664025');
INSERT INTO "chat_event" VALUES(13,'ses_shared','wsp_local',2,'trn_01a1fefe9d2b72c1a8cee7158a402a4f','{"type": "message.created", "message": {"id": "msg_01a1fefe9d2b72c1a8cee716e2c6d397", "chat_session_id": "ses_shared", "parent_id": null, "role": "user", "kind": "plain", "parts": [{"id": "0.0", "provider_metadata": null, "type": "text", "text": "From the command line"}], "task_id": "trn_01a1fefe9d2b72c1a8cee7158a402a4f", "author_id": "usr_local", "request_id": null, "created_at": "2026-11-21T16:44:21.675791Z"}}','2026-11-21 16:44:21.675791');
INSERT INTO "chat_event" VALUES(14,'ses_shared','wsp_local',3,'trn_01a1fefe9d2b72c1a8cee7158a402a4f','{"type": "message.created", "message": {"id": "msg_01a1fefe9d2b72c1a8cee71792bac87c", "chat_session_id": "ses_shared", "parent_id": "msg_01a1fefe9d2b72c1a8cee716e2c6d397", "role": "assistant", "kind": "plain", "parts": [], "task_id": "trn_01a1fefe9d2b72c1a8cee7158a402a4f", "author_id": null, "request_id": null, "created_at": "2026-11-21T16:44:21.675825Z"}}','2026-11-21 16:44:21.675791');
INSERT INTO "chat_event" VALUES(15,'ses_shared','wsp_local',4,'trn_01a1fefe9d2b72c1a8cee7158a402a4f','{"type": "turn.queued", "turn": {"id": "trn_01a1fefe9d2b72c1a8cee7158a402a4f", "session_id": "ses_shared", "user_message_id": "msg_01a1fefe9d2b72c1a8cee716e2c6d397", "assistant_message_id": "msg_01a1fefe9d2b72c1a8cee71792bac87c", "agent_key": "echo", "model": "scripted:echo", "status": "queued", "attempt": 0, "resumed_at": null, "delay": null, "usage": {"input_tokens": 0, "output_tokens": 0, "requests": 0}, "error_code": null, "created_at": "2026-11-21T16:44:21.675825Z", "started_at": null, "finished_at": null}}','2026-11-21 16:44:21.675791');
INSERT INTO "chat_event" VALUES(16,'ses_shared','wsp_local',5,'trn_01a1fefe9d2b72c1a8cee7158a402a4f','{"type": "turn.started", "attempt": 1, "started_at": "2026-11-21T16:44:21.675791Z", "resumed_at": null}','2026-11-21 16:44:21.675791');
INSERT INTO "chat_event" VALUES(17,'ses_shared','wsp_local',6,'trn_01a1fefe9d2b72c1a8cee7158a402a4f','{"type": "session.renamed", "title": "From the command line", "title_source": "words"}','2026-11-21 16:44:21.675791');
INSERT INTO "chat_event" VALUES(18,'ses_private','wsp_local',12,'trn_01a1fefe9d0976bebd69804730d66976','{"type": "part.completed", "message_id": "msg_01a1fefe9d0976bebd6980491314c18b", "part": {"id": "0.0", "provider_metadata": null, "type": "text", "text": "The second question"}}','2026-11-21 16:44:21.700404');
INSERT INTO "chat_event" VALUES(19,'ses_private','wsp_local',13,'trn_01a1fefe9d0976bebd69804730d66976','{"type": "turn.completed", "turn": {"id": "trn_01a1fefe9d0976bebd69804730d66976", "session_id": "ses_private", "user_message_id": "msg_01a1fefe9d0976bebd69804869db3f84", "assistant_message_id": "msg_01a1fefe9d0976bebd6980491314c18b", "agent_key": "echo", "model": "scripted:echo", "status": "completed", "attempt": 1, "resumed_at": null, "delay": null, "usage": {"input_tokens": 1, "output_tokens": 3, "requests": 1}, "error_code": null, "created_at": "2026-11-21T16:44:21.641522Z", "started_at": "2026-11-21T16:44:21.641469Z", "finished_at": "2026-11-21T16:44:21.715585Z"}}','2026-11-21 16:44:21.715585');
INSERT INTO "chat_event" VALUES(20,'ses_shared','wsp_local',7,'trn_01a1fefe9d2b72c1a8cee7158a402a4f','{"type": "part.completed", "message_id": "msg_01a1fefe9d2b72c1a8cee71792bac87c", "part": {"id": "0.0", "provider_metadata": null, "type": "text", "text": "From the command line"}}','2026-11-21 16:44:21.744194');
INSERT INTO "chat_event" VALUES(21,'ses_shared','wsp_local',8,'trn_01a1fefe9d2b72c1a8cee7158a402a4f','{"type": "turn.completed", "turn": {"id": "trn_01a1fefe9d2b72c1a8cee7158a402a4f", "session_id": "ses_shared", "user_message_id": "msg_01a1fefe9d2b72c1a8cee716e2c6d397", "assistant_message_id": "msg_01a1fefe9d2b72c1a8cee71792bac87c", "agent_key": "echo", "model": "scripted:echo", "status": "completed", "attempt": 1, "resumed_at": null, "delay": null, "usage": {"input_tokens": 1, "output_tokens": 4, "requests": 1}, "error_code": null, "created_at": "2026-11-21T16:44:21.675825Z", "started_at": "2026-11-21T16:44:21.675791Z", "finished_at": "2026-11-21T16:44:21.749644Z"}}','2026-11-21 16:44:21.749644');
INSERT INTO "chat_event" VALUES(22,'ses_shared','wsp_local',9,NULL,'{"type": "session.read", "user_id": "usr_local", "read_seq": 9}','2026-11-21 16:44:21.763213');
INSERT INTO "chat_event" VALUES(23,'ses_archived','wsp_local',1,NULL,'{"type": "session.created", "session": {"id": "ses_archived", "workspace_id": "wsp_local", "agent_key": "echo", "creator_id": "usr_local", "title": "Put away", "title_source": "person", "status": "active", "origin": "UI", "visibility": "private", "created_at": "2026-11-21T16:44:21.771974Z", "updated_at": "2026-11-21T16:44:21.771974Z", "last_activity_at": "2026-11-21T16:44:21.771974Z"}}','2026-11-21 16:44:21.771974');
INSERT INTO "chat_event" VALUES(24,'ses_shared','wsp_local',10,NULL,'{"type": "session.renamed", "title": "Person: From the command line", "title_source": "model"}','2026-11-21 16:44:21.779163');
INSERT INTO "chat_event" VALUES(25,'ses_archived','wsp_local',2,NULL,'{"type": "session.archived"}','2026-11-21 16:44:21.784997');
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
INSERT INTO "chat_message" VALUES('msg_01a1fefe9c1e749f84d725007deff46e','ses_private','wsp_local',2,2,NULL,'user','plain','The first question','trn_01a1fefe9c1e749f84d724ffd4f322be','usr_local',NULL,'2026-11-21 16:44:21.406137');
INSERT INTO "chat_message" VALUES('msg_01a1fefe9c1e749f84d72501daa609bb','ses_private','wsp_local',3,7,'msg_01a1fefe9c1e749f84d725007deff46e','assistant','plain','The first question','trn_01a1fefe9c1e749f84d724ffd4f322be',NULL,NULL,'2026-11-21 16:44:21.406305');
INSERT INTO "chat_message" VALUES('msg_01a1fefe9d0976bebd69804869db3f84','ses_private','wsp_local',8,8,'msg_01a1fefe9c1e749f84d72501daa609bb','user','plain','The second question','trn_01a1fefe9d0976bebd69804730d66976','usr_local',NULL,'2026-11-21 16:44:21.641469');
INSERT INTO "chat_message" VALUES('msg_01a1fefe9d0976bebd6980491314c18b','ses_private','wsp_local',9,13,'msg_01a1fefe9d0976bebd69804869db3f84','assistant','plain','The second question','trn_01a1fefe9d0976bebd69804730d66976',NULL,NULL,'2026-11-21 16:44:21.641522');
INSERT INTO "chat_message" VALUES('msg_01a1fefe9d2b72c1a8cee716e2c6d397','ses_shared','wsp_local',2,2,NULL,'user','plain','From the command line','trn_01a1fefe9d2b72c1a8cee7158a402a4f','usr_local',NULL,'2026-11-21 16:44:21.675791');
INSERT INTO "chat_message" VALUES('msg_01a1fefe9d2b72c1a8cee71792bac87c','ses_shared','wsp_local',3,8,'msg_01a1fefe9d2b72c1a8cee716e2c6d397','assistant','plain','From the command line','trn_01a1fefe9d2b72c1a8cee7158a402a4f',NULL,NULL,'2026-11-21 16:44:21.675825');
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
INSERT INTO "chat_session" VALUES('ses_private','wsp_local','echo','usr_local','What we said','person','active','UI','private','The second question','assistant',13,'2026-11-21 16:44:21.387448','2026-11-21 16:44:21.387448','2026-11-21 16:44:21.715585');
INSERT INTO "chat_session" VALUES('ses_shared','wsp_local','echo','usr_local','Person: From the command line','model','active','CLI','workspace','From the command line','assistant',10,'2026-11-21 16:44:21.664025','2026-11-21 16:44:21.779163','2026-11-21 16:44:21.749644');
INSERT INTO "chat_session" VALUES('ses_archived','wsp_local','echo','usr_local','Put away','person','archived','UI','private','',NULL,2,'2026-11-21 16:44:21.771974','2026-11-21 16:44:21.784997','2026-11-21 16:44:21.771974');
CREATE TABLE message_part (
	message_id TEXT NOT NULL, 
	id TEXT NOT NULL, 
	workspace_id TEXT NOT NULL, 
	data JSON NOT NULL, 
	PRIMARY KEY (message_id, id), 
	FOREIGN KEY(message_id) REFERENCES chat_message (id) ON DELETE CASCADE
);
INSERT INTO "message_part" VALUES('msg_01a1fefe9c1e749f84d725007deff46e','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "The first question"}');
INSERT INTO "message_part" VALUES('msg_01a1fefe9c1e749f84d72501daa609bb','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "The first question"}');
INSERT INTO "message_part" VALUES('msg_01a1fefe9d0976bebd69804869db3f84','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "The second question"}');
INSERT INTO "message_part" VALUES('msg_01a1fefe9d2b72c1a8cee716e2c6d397','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "From the command line"}');
INSERT INTO "message_part" VALUES('msg_01a1fefe9d0976bebd6980491314c18b','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "The second question"}');
INSERT INTO "message_part" VALUES('msg_01a1fefe9d2b72c1a8cee71792bac87c','0.0','wsp_local','{"id": "0.0", "type": "text", "text": "From the command line"}');
CREATE TABLE open_part (
	turn_id TEXT NOT NULL, 
	id TEXT NOT NULL, 
	workspace_id TEXT NOT NULL, 
	data JSON NOT NULL, 
	PRIMARY KEY (turn_id, id), 
	FOREIGN KEY(turn_id) REFERENCES turn (id) ON DELETE CASCADE
);
CREATE TABLE read_cursor (
	session_id TEXT NOT NULL, 
	user_id TEXT NOT NULL, 
	workspace_id TEXT NOT NULL, 
	read_seq INTEGER NOT NULL, 
	read_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	PRIMARY KEY (session_id, user_id), 
	FOREIGN KEY(session_id) REFERENCES chat_session (id) ON DELETE CASCADE
);
INSERT INTO "read_cursor" VALUES('ses_shared','usr_local','wsp_local',9,'2026-11-21 16:44:21.763213');
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
INSERT INTO "turn" VALUES('trn_01a1fefe9c1e749f84d724ffd4f322be','ses_private','wsp_local','msg_01a1fefe9c1e749f84d725007deff46e','msg_01a1fefe9c1e749f84d72501daa609bb','echo','scripted:echo','completed','{"key": "echo", "name": "Echo", "color": "#5b6ee1", "model": "scripted:echo", "base_url": null, "api_key_env": null, "description": "Says it again", "instructions": "", "tools": [], "greeting": "", "settings": {"temperature": null, "top_p": null, "max_tokens": null, "seed": null, "thinking": null, "context_window": null}}',1,NULL,NULL,'{"input_tokens": 1, "output_tokens": 3, "requests": 1}',NULL,'2026-11-21 16:44:21.406305','2026-11-21 16:44:21.406137','2026-11-21 16:44:21.615189');
INSERT INTO "turn" VALUES('trn_01a1fefe9d0976bebd69804730d66976','ses_private','wsp_local','msg_01a1fefe9d0976bebd69804869db3f84','msg_01a1fefe9d0976bebd6980491314c18b','echo','scripted:echo','completed','{"key": "echo", "name": "Echo", "color": "#5b6ee1", "model": "scripted:echo", "base_url": null, "api_key_env": null, "description": "Says it again", "instructions": "", "tools": [], "greeting": "", "settings": {"temperature": null, "top_p": null, "max_tokens": null, "seed": null, "thinking": null, "context_window": null}}',1,NULL,NULL,'{"input_tokens": 1, "output_tokens": 3, "requests": 1}',NULL,'2026-11-21 16:44:21.641522','2026-11-21 16:44:21.641469','2026-11-21 16:44:21.715585');
INSERT INTO "turn" VALUES('trn_01a1fefe9d2b72c1a8cee7158a402a4f','ses_shared','wsp_local','msg_01a1fefe9d2b72c1a8cee716e2c6d397','msg_01a1fefe9d2b72c1a8cee71792bac87c','echo','scripted:echo','completed','{"key": "echo", "name": "Echo", "color": "#5b6ee1", "model": "scripted:echo", "base_url": null, "api_key_env": null, "description": "Says it again", "instructions": "", "tools": [], "greeting": "", "settings": {"temperature": null, "top_p": null, "max_tokens": null, "seed": null, "thinking": null, "context_window": null}}',1,NULL,NULL,'{"input_tokens": 1, "output_tokens": 4, "requests": 1}',NULL,'2026-11-21 16:44:21.675825','2026-11-21 16:44:21.675791','2026-11-21 16:44:21.749644');
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
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('chat_event',25);
COMMIT;
