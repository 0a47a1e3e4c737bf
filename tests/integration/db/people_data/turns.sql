BEGIN TRANSACTION;
CREATE TABLE application_versions (
    version_id TEXT NOT NULL PRIMARY KEY,
    version_name TEXT NOT NULL UNIQUE,
    version_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
, "application_name" TEXT DEFAULT NULL);
INSERT INTO "application_versions" VALUES('3bc2b210-44bb-4c60-8e83-f0dc142dbc0e','1',1796008759000,1796008759000,'chat-sessions');
CREATE TABLE dbos_migrations (version INTEGER NOT NULL PRIMARY KEY);
INSERT INTO "dbos_migrations" VALUES(125);
CREATE TABLE notifications (
    message_uuid TEXT NOT NULL DEFAULT (hex(randomblob(16))) PRIMARY KEY,
    destination_uuid TEXT NOT NULL,
    topic TEXT,
    message TEXT NOT NULL,
    created_at_epoch_ms INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000), "serialization" TEXT DEFAULT NULL, "consumed" BOOLEAN NOT NULL DEFAULT FALSE, consumed_by_function_id INTEGER,
    FOREIGN KEY (destination_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE "operation_outputs" (
    workflow_uuid TEXT NOT NULL,
    function_id INTEGER NOT NULL,
    function_name TEXT NOT NULL DEFAULT '',
    output TEXT,
    error TEXT,
    child_workflow_id TEXT,
    started_at_epoch_ms INTEGER,
    completed_at_epoch_ms INTEGER,
    serialization TEXT,
    application_name TEXT DEFAULT NULL,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    PRIMARY KEY (workflow_uuid, function_id)
);
INSERT INTO "operation_outputs" VALUES('trn_01a22a76f68c7771a0c029bee8f41953',1,'chat__model.request','{"$chat_app": "model_response", "value": [{"parts": [{"content": "A product and a quotient.", "id": null, "signature": null, "provider_name": null, "provider_details": null, "part_kind": "thinking"}, {"tool_name": "calculator", "args": {"expression": "500 / 50 * 3.9"}, "tool_call_id": "call-1", "tool_kind": null, "id": null, "provider_name": null, "provider_details": null, "part_kind": "tool-call"}], "usage": {"input_tokens": 1, "cache_write_tokens": 0, "cache_write_1h_tokens": 0, "cache_read_tokens": 0, "output_tokens": 5, "output_reasoning_tokens": 0, "input_audio_tokens": 0, "cache_audio_read_tokens": 0, "output_audio_tokens": 0, "audio_seconds": 0.0, "details": {}, "cost": null}, "model_name": "script", "model_id": null, "timestamp": "2026-11-30T03:19:29.358186Z", "kind": "response", "provider_name": "scripted", "provider_url": null, "canonical_system": null, "provider_details": null, "provider_response_id": null, "finish_reason": "stop", "run_id": null, "conversation_id": null, "metadata": null, "workspace_ref": null, "history_digest": null, "failed_attempts": null, "state": "complete"}]}',NULL,NULL,1796008769354,1796008769521,'chat_app_json_1','chat-sessions',1796008769000);
INSERT INTO "operation_outputs" VALUES('trn_01a22a76f68c7771a0c029bee8f41953',2,'tool.calculator','{"output": "39", "is_error": false, "duration": 0.0}',NULL,NULL,1796008769712,1796008769715,'chat_app_json_1','chat-sessions',1796008769000);
INSERT INTO "operation_outputs" VALUES('trn_01a22a76f68c7771a0c029bee8f41953',3,'chat__model.request','{"$chat_app": "model_response", "value": [{"parts": [{"content": "The result is **39**.", "id": null, "provider_name": null, "provider_details": null, "citations": null, "part_kind": "text"}], "usage": {"input_tokens": 1, "cache_write_tokens": 0, "cache_write_1h_tokens": 0, "cache_read_tokens": 0, "output_tokens": 4, "output_reasoning_tokens": 0, "input_audio_tokens": 0, "cache_audio_read_tokens": 0, "output_audio_tokens": 0, "audio_seconds": 0.0, "details": {}, "cost": null}, "model_name": "script", "model_id": null, "timestamp": "2026-11-30T03:19:29.869093Z", "kind": "response", "provider_name": "scripted", "provider_url": null, "canonical_system": null, "provider_details": null, "provider_response_id": null, "finish_reason": "stop", "run_id": null, "conversation_id": null, "metadata": null, "workspace_ref": null, "history_digest": null, "failed_attempts": null, "state": "complete"}]}',NULL,NULL,1796008769865,1796008769874,'chat_app_json_1','chat-sessions',1796008769000);
INSERT INTO "operation_outputs" VALUES('trn_01a22a76f99274c1a62d96ee89ae8672',1,'chat__model.request','{"$chat_app": "model_response", "value": [{"parts": [{"content": "Yes.", "id": null, "provider_name": null, "provider_details": null, "citations": null, "part_kind": "text"}], "usage": {"input_tokens": 1, "cache_write_tokens": 0, "cache_write_1h_tokens": 0, "cache_read_tokens": 0, "output_tokens": 1, "output_reasoning_tokens": 0, "input_audio_tokens": 0, "cache_audio_read_tokens": 0, "output_audio_tokens": 0, "audio_seconds": 0.0, "details": {}, "cost": null}, "model_name": "script", "model_id": null, "timestamp": "2026-11-30T03:19:30.260681Z", "kind": "response", "provider_name": "scripted", "provider_url": null, "canonical_system": null, "provider_details": null, "provider_response_id": null, "finish_reason": "stop", "run_id": null, "conversation_id": null, "metadata": null, "workspace_ref": null, "history_digest": null, "failed_attempts": null, "state": "complete"}]}',NULL,NULL,1796008770259,1796008770261,'chat_app_json_1','chat-sessions',1796008770000);
INSERT INTO "operation_outputs" VALUES('trn_01a22a76fb7d71ba90fc875e6eca7f37',1,'chat__model.request',NULL,'{"$chat_app": "turn_error", "message": "The provider did not accept the key for script. Check it under Settings → Keys, or in the server''s environment.", "code": "model_unavailable", "details": {"model": "script", "status": 401, "provider_text": "no such key", "retryable": false, "retry_after": null}}',NULL,1796008770509,1796008770513,'chat_app_json_1','chat-sessions',1796008770000);
INSERT INTO "operation_outputs" VALUES('trn_01a22a76fc1d71feb50d5bcd623aa066',1,'chat__model.request',NULL,'{"$chat_app": "turn_error", "message": "The provider did not accept the key for script. Check it under Settings → Keys, or in the server''s environment.", "code": "model_unavailable", "details": {"model": "script", "status": 401, "provider_text": "no such key", "retryable": false, "retry_after": null}}',NULL,1796008770673,1796008770736,'chat_app_json_1','chat-sessions',1796008770000);
INSERT INTO "operation_outputs" VALUES('trn_01a22a76fd0c74f7b1fb03551ae43ab0',1,'chat__model.request',NULL,'{"$chat_app": "turn_error", "message": "TurnStopped", "code": "internal", "details": {}}',NULL,1796008771097,1796008771519,'chat_app_json_1','chat-sessions',1796008771000);
INSERT INTO "operation_outputs" VALUES('trn_01a22a770084700eb0724e165fd671de',1,'chat__model.request','{"$chat_app": "model_response", "value": [{"parts": [{"content": "Cleo: The export was late again.\nAda: @echo do you see why?", "id": null, "provider_name": null, "provider_details": null, "citations": null, "part_kind": "text"}], "usage": {"input_tokens": 1, "cache_write_tokens": 0, "cache_write_1h_tokens": 0, "cache_read_tokens": 0, "output_tokens": 12, "output_reasoning_tokens": 0, "input_audio_tokens": 0, "cache_audio_read_tokens": 0, "output_audio_tokens": 0, "audio_seconds": 0.0, "details": {}, "cost": null}, "model_name": "script", "model_id": null, "timestamp": "2026-11-30T03:19:31.855363Z", "kind": "response", "provider_name": "scripted", "provider_url": null, "canonical_system": null, "provider_details": null, "provider_response_id": null, "finish_reason": "stop", "run_id": null, "conversation_id": null, "metadata": null, "workspace_ref": null, "history_digest": null, "failed_attempts": null, "state": "complete"}]}',NULL,NULL,1796008771840,1796008771856,'chat_app_json_1','chat-sessions',1796008771000);
INSERT INTO "operation_outputs" VALUES('trn_01a22a770267747ea637fa999c348817',1,'chat__model.request','{"$chat_app": "model_response", "value": [{"parts": [{"content": "Yes.", "id": null, "provider_name": null, "provider_details": null, "citations": null, "part_kind": "text"}], "usage": {"input_tokens": 1, "cache_write_tokens": 0, "cache_write_1h_tokens": 0, "cache_read_tokens": 0, "output_tokens": 1, "output_reasoning_tokens": 0, "input_audio_tokens": 0, "cache_audio_read_tokens": 0, "output_audio_tokens": 0, "audio_seconds": 0.0, "details": {}, "cost": null}, "model_name": "script", "model_id": null, "timestamp": "2026-11-30T03:19:32.498931Z", "kind": "response", "provider_name": "scripted", "provider_url": null, "canonical_system": null, "provider_details": null, "provider_response_id": null, "finish_reason": "stop", "run_id": null, "conversation_id": null, "metadata": null, "workspace_ref": null, "history_digest": null, "failed_attempts": null, "state": "complete"}]}',NULL,NULL,1796008772465,1796008772500,'chat_app_json_1','chat-sessions',1796008772000);
INSERT INTO "operation_outputs" VALUES('trn_01a22a770267747ea637fa999c348817',2,'title','"A title by the model"',NULL,NULL,1796008772701,1796008772778,'chat_app_json_1','chat-sessions',1796008772000);
INSERT INTO "operation_outputs" VALUES('trn_01a22a770529702fb5717c78080d8477',1,'chat__model.request','{"$chat_app": "model_response", "value": [{"parts": [{"content": "A build failed", "id": null, "provider_name": null, "provider_details": null, "citations": null, "part_kind": "text"}], "usage": {"input_tokens": 1, "cache_write_tokens": 0, "cache_write_1h_tokens": 0, "cache_read_tokens": 0, "output_tokens": 3, "output_reasoning_tokens": 0, "input_audio_tokens": 0, "cache_audio_read_tokens": 0, "output_audio_tokens": 0, "audio_seconds": 0.0, "details": {}, "cost": null}, "model_name": "script", "model_id": null, "timestamp": "2026-11-30T03:19:33.097626Z", "kind": "response", "provider_name": "scripted", "provider_url": null, "canonical_system": null, "provider_details": null, "provider_response_id": null, "finish_reason": "stop", "run_id": null, "conversation_id": null, "metadata": null, "workspace_ref": null, "history_digest": null, "failed_attempts": null, "state": "complete"}]}',NULL,NULL,1796008773095,1796008773098,'chat_app_json_1','chat-sessions',1796008773000);
INSERT INTO "operation_outputs" VALUES('trn_01a22a77062a70b2bf73b47c2cdee1b2',1,'chat__model.request','{"$chat_app": "model_response", "value": [{"parts": [{"content": "Old words", "id": null, "provider_name": null, "provider_details": null, "citations": null, "part_kind": "text"}], "usage": {"input_tokens": 1, "cache_write_tokens": 0, "cache_write_1h_tokens": 0, "cache_read_tokens": 0, "output_tokens": 2, "output_reasoning_tokens": 0, "input_audio_tokens": 0, "cache_audio_read_tokens": 0, "output_audio_tokens": 0, "audio_seconds": 0.0, "details": {}, "cost": null}, "model_name": "script", "model_id": null, "timestamp": "2026-11-30T03:19:33.316508Z", "kind": "response", "provider_name": "scripted", "provider_url": null, "canonical_system": null, "provider_details": null, "provider_response_id": null, "finish_reason": "stop", "run_id": null, "conversation_id": null, "metadata": null, "workspace_ref": null, "history_digest": null, "failed_attempts": null, "state": "complete"}]}',NULL,NULL,1796008773313,1796008773317,'chat_app_json_1','chat-sessions',1796008773000);
INSERT INTO "operation_outputs" VALUES('trn_01a22a77594571c895af319aaecf6eea',1,'chat__model.request','{"$chat_app": "model_response", "value": [{"parts": [{"content": "First the sum.", "id": null, "signature": null, "provider_name": null, "provider_details": null, "part_kind": "thinking"}, {"tool_name": "calculator", "args": {"expression": "1 + 2"}, "tool_call_id": "call-2", "tool_kind": null, "id": null, "provider_name": null, "provider_details": null, "part_kind": "tool-call"}], "usage": {"input_tokens": 1, "cache_write_tokens": 0, "cache_write_1h_tokens": 0, "cache_read_tokens": 0, "output_tokens": 3, "output_reasoning_tokens": 0, "input_audio_tokens": 0, "cache_audio_read_tokens": 0, "output_audio_tokens": 0, "audio_seconds": 0.0, "details": {}, "cost": null}, "model_name": "script", "model_id": null, "timestamp": "2026-11-30T03:19:54.897996Z", "kind": "response", "provider_name": "scripted", "provider_url": null, "canonical_system": null, "provider_details": null, "provider_response_id": null, "finish_reason": "stop", "run_id": null, "conversation_id": null, "metadata": null, "workspace_ref": null, "history_digest": null, "failed_attempts": null, "state": "complete"}]}',NULL,NULL,1796008794888,1796008794970,'chat_app_json_1','chat-sessions',1796008794000);
INSERT INTO "operation_outputs" VALUES('trn_01a22a77594571c895af319aaecf6eea',2,'tool.calculator','{"output": "3", "is_error": false, "duration": 0.0}',NULL,NULL,1796008795105,1796008795124,'chat_app_json_1','chat-sessions',1796008795000);
CREATE TABLE queues (
    queue_id TEXT PRIMARY KEY DEFAULT (hex(randomblob(16))),
    name TEXT NOT NULL UNIQUE,
    concurrency INTEGER,
    worker_concurrency INTEGER,
    rate_limit_max INTEGER,
    rate_limit_period_sec REAL,
    priority_enabled BOOLEAN NOT NULL DEFAULT FALSE,
    partition_queue BOOLEAN NOT NULL DEFAULT FALSE,
    polling_interval_sec REAL NOT NULL DEFAULT 1.0,
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
, "application_name" TEXT DEFAULT NULL, "partition_concurrency" INTEGER DEFAULT NULL, "partition_worker_concurrency" INTEGER DEFAULT NULL, "partition_rate_limit_max" INTEGER DEFAULT NULL, "partition_rate_limit_period_sec" REAL DEFAULT NULL);
CREATE TABLE streams (
    workflow_uuid TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    "offset" INTEGER NOT NULL, function_id INTEGER NOT NULL DEFAULT 0, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, key, "offset"),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE workflow_events (
    workflow_uuid TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, key),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE workflow_events_history (
    workflow_uuid TEXT NOT NULL,
    function_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, function_id, key),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid)
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE workflow_input (
    workflow_uuid TEXT NOT NULL PRIMARY KEY,
    inputs TEXT,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
);
INSERT INTO "workflow_input" VALUES('trn_01a22a76f68c7771a0c029bee8f41953','{"args": ["trn_01a22a76f68c7771a0c029bee8f41953"], "kwargs": {}}',1796008769000);
INSERT INTO "workflow_input" VALUES('trn_01a22a76f99274c1a62d96ee89ae8672','{"args": ["trn_01a22a76f99274c1a62d96ee89ae8672"], "kwargs": {}}',1796008770000);
INSERT INTO "workflow_input" VALUES('trn_01a22a76fb7d71ba90fc875e6eca7f37','{"args": ["trn_01a22a76fb7d71ba90fc875e6eca7f37"], "kwargs": {}}',1796008770000);
INSERT INTO "workflow_input" VALUES('trn_01a22a76fc1d71feb50d5bcd623aa066','{"args": ["trn_01a22a76fc1d71feb50d5bcd623aa066"], "kwargs": {}}',1796008770000);
INSERT INTO "workflow_input" VALUES('trn_01a22a76fd0c74f7b1fb03551ae43ab0','{"args": ["trn_01a22a76fd0c74f7b1fb03551ae43ab0"], "kwargs": {}}',1796008770000);
INSERT INTO "workflow_input" VALUES('trn_01a22a770084700eb0724e165fd671de','{"args": ["trn_01a22a770084700eb0724e165fd671de"], "kwargs": {}}',1796008771000);
INSERT INTO "workflow_input" VALUES('trn_01a22a770267747ea637fa999c348817','{"args": ["trn_01a22a770267747ea637fa999c348817"], "kwargs": {}}',1796008772000);
INSERT INTO "workflow_input" VALUES('trn_01a22a770529702fb5717c78080d8477','{"args": ["trn_01a22a770529702fb5717c78080d8477"], "kwargs": {}}',1796008773000);
INSERT INTO "workflow_input" VALUES('trn_01a22a77062a70b2bf73b47c2cdee1b2','{"args": ["trn_01a22a77062a70b2bf73b47c2cdee1b2"], "kwargs": {}}',1796008773000);
INSERT INTO "workflow_input" VALUES('trn_01a22a77594571c895af319aaecf6eea','{"args": ["trn_01a22a77594571c895af319aaecf6eea"], "kwargs": {}}',1796008794000);
CREATE TABLE workflow_output (
    workflow_uuid TEXT NOT NULL PRIMARY KEY,
    output TEXT,
    error TEXT,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
);
INSERT INTO "workflow_output" VALUES('trn_01a22a76f68c7771a0c029bee8f41953','null',NULL,1796008770000);
INSERT INTO "workflow_output" VALUES('trn_01a22a76f99274c1a62d96ee89ae8672','null',NULL,1796008770000);
INSERT INTO "workflow_output" VALUES('trn_01a22a76fb7d71ba90fc875e6eca7f37','null',NULL,1796008770000);
INSERT INTO "workflow_output" VALUES('trn_01a22a76fc1d71feb50d5bcd623aa066','null',NULL,1796008770000);
INSERT INTO "workflow_output" VALUES('trn_01a22a76fd0c74f7b1fb03551ae43ab0','null',NULL,1796008771000);
INSERT INTO "workflow_output" VALUES('trn_01a22a770084700eb0724e165fd671de','null',NULL,1796008772000);
INSERT INTO "workflow_output" VALUES('trn_01a22a770267747ea637fa999c348817','null',NULL,1796008772000);
INSERT INTO "workflow_output" VALUES('trn_01a22a770529702fb5717c78080d8477','null',NULL,1796008773000);
INSERT INTO "workflow_output" VALUES('trn_01a22a77062a70b2bf73b47c2cdee1b2','null',NULL,1796008773000);
CREATE TABLE workflow_schedules (
    schedule_id TEXT PRIMARY KEY,
    schedule_name TEXT NOT NULL UNIQUE,
    workflow_name TEXT NOT NULL,
    workflow_class_name TEXT,
    schedule TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'ACTIVE',
    context TEXT NOT NULL
, "last_fired_at" TEXT DEFAULT NULL, "automatic_backfill" BOOLEAN NOT NULL DEFAULT FALSE, "cron_timezone" TEXT DEFAULT NULL, "queue_name" TEXT DEFAULT NULL, "application_name" TEXT DEFAULT NULL);
CREATE TABLE workflow_status (
    workflow_uuid TEXT PRIMARY KEY,
    status TEXT,
    name TEXT,
    authenticated_user TEXT,
    assumed_role TEXT,
    authenticated_roles TEXT,
    request TEXT,
    output TEXT,
    error TEXT,
    executor_id TEXT,
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    application_version TEXT,
    application_id TEXT,
    class_name TEXT DEFAULT NULL,
    config_name TEXT DEFAULT NULL,
    recovery_attempts INTEGER DEFAULT 0,
    queue_name TEXT,
    workflow_timeout_ms INTEGER,
    workflow_deadline_epoch_ms INTEGER,
    inputs TEXT,
    started_at_epoch_ms INTEGER,
    deduplication_id TEXT,
    priority INTEGER NOT NULL DEFAULT 0
, queue_partition_key TEXT, forked_from TEXT, "owner_xid" TEXT DEFAULT NULL, "parent_workflow_id" TEXT DEFAULT NULL, "serialization" TEXT DEFAULT NULL, "delay_until_epoch_ms" BIGINT DEFAULT NULL, "was_forked_from" BOOLEAN NOT NULL DEFAULT FALSE, "rate_limited" BOOLEAN NOT NULL DEFAULT FALSE, "completed_at" BIGINT, "attributes" TEXT, "schedule_name" TEXT, "debounce_deadline_epoch_ms" BIGINT DEFAULT NULL, "is_debounced" BOOLEAN NOT NULL DEFAULT FALSE, "application_name" TEXT DEFAULT NULL, "creator_xid" TEXT DEFAULT NULL);
INSERT INTO "workflow_status" VALUES('trn_01a22a76f68c7771a0c029bee8f41953','SUCCESS','turn',NULL,NULL,NULL,NULL,NULL,NULL,'local',1796008769000,1796008770000,'1','',NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,'chat_app_json_1',NULL,0,0,1796008770000,'null',NULL,NULL,0,'chat-sessions','c808dd29-158e-4f57-8c8a-57c6b36cfcbd');
INSERT INTO "workflow_status" VALUES('trn_01a22a76f99274c1a62d96ee89ae8672','SUCCESS','turn',NULL,NULL,NULL,NULL,NULL,NULL,'local',1796008770000,1796008770000,'1','',NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,'chat_app_json_1',NULL,0,0,1796008770000,'null',NULL,NULL,0,'chat-sessions','76434138-7150-48da-aebf-64931aa1bf60');
INSERT INTO "workflow_status" VALUES('trn_01a22a76fb7d71ba90fc875e6eca7f37','SUCCESS','turn',NULL,NULL,NULL,NULL,NULL,NULL,'local',1796008770000,1796008770000,'1','',NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,'chat_app_json_1',NULL,0,0,1796008770000,'null',NULL,NULL,0,'chat-sessions','d8c65f8c-f1cf-4aef-aee7-09ca03db0c5a');
INSERT INTO "workflow_status" VALUES('trn_01a22a76fc1d71feb50d5bcd623aa066','SUCCESS','turn',NULL,NULL,NULL,NULL,NULL,NULL,'local',1796008770000,1796008770000,'1','',NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,'chat_app_json_1',NULL,0,0,1796008770000,'null',NULL,NULL,0,'chat-sessions','3a5008f6-8846-4c06-9991-cbf06960e93c');
INSERT INTO "workflow_status" VALUES('trn_01a22a76fd0c74f7b1fb03551ae43ab0','SUCCESS','turn',NULL,NULL,NULL,NULL,NULL,NULL,'local',1796008770000,1796008771000,'1','',NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,'chat_app_json_1',NULL,0,0,1796008771000,'null',NULL,NULL,0,'chat-sessions','7500bfbc-cb39-4279-afa9-eae04a77f011');
INSERT INTO "workflow_status" VALUES('trn_01a22a770084700eb0724e165fd671de','SUCCESS','turn',NULL,NULL,NULL,NULL,NULL,NULL,'local',1796008771000,1796008772000,'1','',NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,'chat_app_json_1',NULL,0,0,1796008772000,'null',NULL,NULL,0,'chat-sessions','c852f7eb-98ff-4148-a1a2-92b6e65566f7');
INSERT INTO "workflow_status" VALUES('trn_01a22a770267747ea637fa999c348817','SUCCESS','turn',NULL,NULL,NULL,NULL,NULL,NULL,'local',1796008772000,1796008772000,'1','',NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,'chat_app_json_1',NULL,0,0,1796008772000,'null',NULL,NULL,0,'chat-sessions','f9fbb33d-0eaf-4334-9371-10c27892963d');
INSERT INTO "workflow_status" VALUES('trn_01a22a770529702fb5717c78080d8477','SUCCESS','turn',NULL,NULL,NULL,NULL,NULL,NULL,'local',1796008773000,1796008773000,'1','',NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,'chat_app_json_1',NULL,0,0,1796008773000,'null',NULL,NULL,0,'chat-sessions','58940618-23de-40c3-9207-643fba39481c');
INSERT INTO "workflow_status" VALUES('trn_01a22a77062a70b2bf73b47c2cdee1b2','SUCCESS','turn',NULL,NULL,NULL,NULL,NULL,NULL,'local',1796008773000,1796008773000,'1','',NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,'chat_app_json_1',NULL,0,0,1796008773000,'null',NULL,NULL,0,'chat-sessions','500da17e-9ffd-4c9b-8024-059380705b35');
INSERT INTO "workflow_status" VALUES('trn_01a22a77594571c895af319aaecf6eea','PENDING','turn',NULL,NULL,NULL,NULL,NULL,NULL,'local',1796008794000,1796008794000,'1','',NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,'5c17eb66-e675-4c95-bfa0-a113c21ac6f0',NULL,'chat_app_json_1',NULL,0,0,NULL,'null',NULL,NULL,0,'chat-sessions','5c17eb66-e675-4c95-bfa0-a113c21ac6f0');
CREATE INDEX workflow_status_created_at_index ON workflow_status (created_at);
CREATE INDEX idx_workflow_topic ON notifications (destination_uuid, topic);
CREATE INDEX "idx_workflow_status_delayed" ON "workflow_status" ("delay_until_epoch_ms") WHERE status = 'DELAYED';
CREATE INDEX "idx_workflow_status_forked_from" ON "workflow_status" ("forked_from") WHERE "forked_from" IS NOT NULL;
CREATE INDEX "idx_workflow_status_parent_workflow_id" ON "workflow_status" ("parent_workflow_id") WHERE "parent_workflow_id" IS NOT NULL;
CREATE UNIQUE INDEX "uq_workflow_status_dedup_id" ON "workflow_status" ("queue_name", "deduplication_id") WHERE "deduplication_id" IS NOT NULL;
CREATE INDEX "idx_workflow_status_pending" ON "workflow_status" ("created_at") WHERE "status" = 'PENDING';
CREATE INDEX "idx_workflow_status_failed" ON "workflow_status" ("status", "created_at") WHERE "status" IN ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED');
CREATE INDEX "idx_workflow_status_rate_limited" ON "workflow_status" ("queue_name", "started_at_epoch_ms") WHERE "rate_limited" = TRUE;
CREATE INDEX "idx_workflow_status_completed_at" ON "workflow_status" ("completed_at") WHERE "completed_at" IS NOT NULL;
CREATE INDEX "idx_workflow_status_started_at" ON "workflow_status" ("started_at_epoch_ms") WHERE "started_at_epoch_ms" IS NOT NULL;
CREATE INDEX "idx_workflow_status_schedule_name" ON "workflow_status" ("schedule_name") WHERE "schedule_name" IS NOT NULL;
CREATE UNIQUE INDEX "uq_application_versions_owner_version"
    ON application_versions ("application_name", "version_name")
    WHERE "application_name" IS NOT NULL;
CREATE UNIQUE INDEX "uq_application_versions_unclaimed_version"
    ON application_versions ("version_name")
    WHERE "application_name" IS NULL;
CREATE INDEX idx_workflow_input_retention
    ON workflow_input (retention_timestamp);
CREATE INDEX idx_workflow_output_retention
    ON workflow_output (retention_timestamp);
CREATE INDEX idx_operation_outputs_retention
    ON operation_outputs (retention_timestamp);
CREATE INDEX "idx_workflow_status_in_flight_v2" ON "workflow_status" ("queue_name", "status", "priority", "created_at", "application_name") WHERE "status" IN ('ENQUEUED', 'PENDING');
CREATE INDEX "idx_workflow_status_partition_dequeue_v3" ON "workflow_status" ("queue_name", "status", "queue_partition_key", "priority", "created_at", "workflow_uuid", "application_name") WHERE "status" IN ('ENQUEUED', 'PENDING') AND "queue_partition_key" IS NOT NULL;
CREATE INDEX "idx_operation_outputs_completed_at_function_name_v2" ON "operation_outputs" ("completed_at_epoch_ms", "function_name", "application_name");
CREATE INDEX "idx_workflow_status_deadline" ON "workflow_status" ("workflow_deadline_epoch_ms") WHERE "status" IN ('ENQUEUED', 'PENDING', 'DELAYED') AND "workflow_deadline_epoch_ms" IS NOT NULL;
CREATE INDEX "idx_application_versions_timestamp" ON "application_versions" ("version_timestamp" DESC);
CREATE INDEX "idx_application_versions_owner_timestamp" ON "application_versions" ("application_name", "version_timestamp" DESC);
COMMIT;
