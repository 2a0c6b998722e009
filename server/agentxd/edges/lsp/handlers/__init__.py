"""Handlers of every method: one file each, named after its method.

`textDocument/didOpen` is `text_document/did_open.py`, `agentx/hunk/accept` is
`agentx/hunk_accept.py`; what has no namespace, or `$`, is in `general/`.
"""

from collections.abc import Mapping

from agentxd.edges.lsp.connection import Handler
from agentxd.edges.lsp.handlers.agentx import (
    approval_decide,
    approval_list,
    connection_authenticate,
    daemon_diagnose,
    daemon_status,
    daemon_stop,
    event_read,
    event_replay,
    event_subscribe,
    evidence_get,
    goal_run,
    hunk_accept,
    hunk_edit,
    hunk_reject,
    hunk_undo,
    model_list,
    proposal_get,
    proposal_list,
    proposal_text,
    session_export,
    session_fork,
    session_get,
    session_import,
    session_list,
    session_prompt,
    session_record,
    session_resume,
    session_set,
    session_stop,
    setting_get,
    setting_set,
    task_cancel,
    task_get,
    task_list,
    task_resume,
    usage_get,
)
from agentxd.edges.lsp.handlers.general import (
    exit as exit_,
)
from agentxd.edges.lsp.handlers.general import (
    initialize,
    initialized,
    set_trace,
    shutdown,
)
from agentxd.edges.lsp.handlers.text_document import (
    code_action,
    code_lens,
    did_change,
    did_close,
    did_open,
    did_save,
)
from agentxd.edges.lsp.handlers.window import (
    work_done_progress_cancel,
)
from agentxd.edges.lsp.handlers.workspace import (
    did_change_configuration,
    did_change_watched_files,
    execute_command,
    text_document_content,
)

_HANDLERS: dict[str, Handler] = {
    "initialize": initialize.handle,
    "initialized": initialized.handle,
    "shutdown": shutdown.handle,
    "exit": exit_.handle,
    "$/setTrace": set_trace.handle,
    "textDocument/didOpen": did_open.handle,
    "textDocument/didChange": did_change.handle,
    "textDocument/didSave": did_save.handle,
    "textDocument/didClose": did_close.handle,
    "textDocument/codeLens": code_lens.handle,
    "textDocument/codeAction": code_action.handle,
    "window/workDoneProgress/cancel": work_done_progress_cancel.handle,
    "workspace/didChangeConfiguration": did_change_configuration.handle,
    "workspace/didChangeWatchedFiles": did_change_watched_files.handle,
    "workspace/executeCommand": execute_command.handle,
    "workspace/textDocumentContent": text_document_content.handle,
    "agentx/connection/authenticate": connection_authenticate.handle,
    "agentx/daemon/status": daemon_status.handle,
    "agentx/daemon/stop": daemon_stop.handle,
    "agentx/daemon/diagnose": daemon_diagnose.handle,
    "agentx/goal/run": goal_run.handle,
    "agentx/task/list": task_list.handle,
    "agentx/task/get": task_get.handle,
    "agentx/usage/get": usage_get.handle,
    "agentx/task/cancel": task_cancel.handle,
    "agentx/task/resume": task_resume.handle,
    "agentx/proposal/list": proposal_list.handle,
    "agentx/proposal/get": proposal_get.handle,
    "agentx/proposal/text": proposal_text.handle,
    "agentx/hunk/accept": hunk_accept.handle,
    "agentx/hunk/reject": hunk_reject.handle,
    "agentx/hunk/undo": hunk_undo.handle,
    "agentx/hunk/edit": hunk_edit.handle,
    "agentx/evidence/get": evidence_get.handle,
    "agentx/approval/list": approval_list.handle,
    "agentx/approval/decide": approval_decide.handle,
    "agentx/event/read": event_read.handle,
    "agentx/event/subscribe": event_subscribe.handle,
    "agentx/event/replay": event_replay.handle,
    "agentx/model/list": model_list.handle,
    "agentx/session/export": session_export.handle,
    "agentx/session/fork": session_fork.handle,
    "agentx/session/get": session_get.handle,
    "agentx/session/import": session_import.handle,
    "agentx/session/list": session_list.handle,
    "agentx/session/prompt": session_prompt.handle,
    "agentx/session/record": session_record.handle,
    "agentx/session/resume": session_resume.handle,
    "agentx/session/set": session_set.handle,
    "agentx/session/stop": session_stop.handle,
    "agentx/setting/get": setting_get.handle,
    "agentx/setting/set": setting_set.handle,
}


def all_handlers() -> Mapping[str, Handler]:
    """Method name to handler."""
    return _HANDLERS
