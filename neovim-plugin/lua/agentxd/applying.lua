---Handler of workspace/applyEdit: all of an edit or nothing of it, and an answer that is true.
local compat = require("agentxd.compat")
local edits = require("agentxd.edits")

local M = {}

---One file of an edit.
---@class agentxd.FileEdit
---@field uri string
---@field version? integer
---@field edits table[]

---@param edit table # WorkspaceEdit
---@return agentxd.FileEdit[]? files
---@return string? problem
local function files_of(edit)
  local files = {}
  for uri, found in pairs(edit.changes or {}) do
    files[#files + 1] = { uri = uri, edits = found }
  end
  if not edit.documentChanges then
    return files
  end
  files = {}
  for _, change in ipairs(edit.documentChanges) do
    if change.kind then
      return nil, ("files are not %sd through this editor"):format(change.kind)
    end
    local version = change.textDocument.version
    files[#files + 1] = {
      uri = change.textDocument.uri,
      version = version ~= vim.NIL and version or nil,
      edits = change.edits,
    }
  end
  return files
end

---@param file agentxd.FileEdit
---@return integer? bufnr
---@return string? problem
local function buffer_of(file)
  local name = vim.uri_to_fname(file.uri)
  local bufnr = compat.buffer_named(name)
  local is_loaded = bufnr ~= nil and vim.api.nvim_buf_is_loaded(bufnr)
  if file.version and not is_loaded then
    return nil, name .. " is not open any more"
  end
  if not bufnr or not is_loaded then
    bufnr = vim.fn.bufadd(name)
    vim.fn.bufload(bufnr)
    vim.bo[bufnr].buflisted = true
  end
  local now = vim.lsp.util.buf_versions[bufnr]
  if file.version and now ~= file.version then
    return nil, ("%s changed meanwhile: the edit is for version %d, the text is at %s"):format(name, file.version, now)
  end
  if not vim.bo[bufnr].modifiable then
    return nil, name .. " cannot be changed ('nomodifiable')"
  end
  return bufnr
end

---Everything that can be found out before anything changes.
---@param files agentxd.FileEdit[]
---@param encoding string
---@return agentxd.BufferChange[]? changes
---@return string? problem
local function planned(files, encoding)
  local changes, seen = {}, {}
  for _, file in ipairs(files) do
    local bufnr, problem = buffer_of(file)
    if not bufnr then
      return nil, problem
    end
    if seen[bufnr] then
      return nil, "one file is in the edit twice"
    end
    seen[bufnr] = true
    local change
    change, problem = edits.plan(bufnr, file.edits, encoding)
    if not change then
      return nil, vim.uri_to_fname(file.uri) .. ": " .. problem
    end
    changes[#changes + 1] = change
  end
  return changes
end

---Questions of the edit that a person has to answer first.
---@param params table
---@return string[]
local function questions(params)
  local found = {}
  local annotations = params.edit.changeAnnotations or {}
  for _, annotation in vim.spairs(annotations) do
    if annotation.needsConfirmation then
      local more = annotation.description and (": " .. annotation.description) or ""
      found[#found + 1] = annotation.label .. more
    end
  end
  return found
end

---Ask, and come back with the answer; only within a coroutine, as handlers of requests are.
---@param question string
---@param label string?
---@return boolean
local function is_wanted(question, label)
  local routine, is_main = coroutine.running()
  if not routine or is_main then
    return false
  end
  local choice, is_answered, is_waiting = nil, false, false
  vim.ui.select({ "Apply", "Leave everything as it is" }, {
    prompt = ("AgentX%s: %s"):format(label and (" (" .. label .. ")") or "", question),
    kind = "agentxd.edit",
  }, function(_, index)
    choice, is_answered = index, true
    if is_waiting then
      coroutine.resume(routine)
    end
  end)
  if not is_answered then
    is_waiting = true
    coroutine.yield()
  end
  return choice == 1
end

---@param reason string
---@return table
local function refused(reason)
  return { applied = false, failureReason = reason }
end

---@param params table # ApplyWorkspaceEditParams
---@param context { client_id: integer }
---@return table # ApplyWorkspaceEditResult
function M.handle(params, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  if not client then
    return refused("the connection is gone")
  end
  local files, problem = files_of(params.edit)
  if not files then
    return refused(problem --[[@as string]])
  end
  for _, question in ipairs(questions(params)) do
    if not is_wanted(question, params.label) then
      return refused("the person refused it")
    end
  end
  local changes
  changes, problem = planned(files, client.offset_encoding)
  if not changes then
    return refused(problem --[[@as string]])
  end
  problem = edits.apply(changes)
  if problem then
    return refused(problem)
  end
  for _, change in ipairs(changes) do
    compat.flush(client, change.bufnr)
    if change.is_ending_changed then
      edits.tell_whole(client, change.bufnr)
    end
  end
  return { applied = true }
end

return M
