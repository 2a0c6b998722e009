---One workspace and its link to the daemon: started once, kept up, and told of truthfully.
local compat = require("agentxd.compat")
local finding = require("agentxd.finding")
local telling = require("agentxd.telling")

---@alias agentxd.ConnectionState "idle"|"missing"|"starting"|"running"|"reconnecting"|"mismatched"|"failed"

---What went wrong with a request.
---@class agentxd.Problem: agentxd.ErrorData
---@field message string

---@class agentxd.Connection
---@field root string # Real path of the work tree.
---@field state agentxd.ConnectionState
---@field detail string # A sentence about the state, where there is one to say.
---@field client? vim.lsp.Client
---@field buffers table<integer, true> # Attached, or to be attached again.
---@field version string # Of the daemon.
---@field private _tries integer # Starts since it last ran.
---@field private _has_run boolean # It is to come back; else it is to be told why it cannot begin.
---@field private _is_leaving boolean
---@field private _heard fun(connection: agentxd.Connection)
---@field private _handlers table<string, fun(...)>
local Connection = {}
Connection.__index = Connection

local FIRST_WAIT_MS, LONGEST_WAIT_MS = 100, 5000
---Starts before the person is asked to look; one that ran is tried for about half a minute.
local FIRST_TRIES, TRIES_AGAIN = 3, 10

---@param root string
---@param heard fun(connection: agentxd.Connection) # Called whenever the state changed.
---@param handlers table<string, fun(...)> # LSP method to its handler.
---@return agentxd.Connection
function Connection.new(root, heard, handlers)
  return setmetatable({
    root = root,
    state = "idle",
    detail = "",
    buffers = {},
    version = "",
    _tries = 0,
    _has_run = false,
    _is_leaving = false,
    _heard = heard,
    _handlers = handlers,
  }, Connection)
end

---@param state agentxd.ConnectionState
---@param detail? string
function Connection:become(state, detail)
  if self.state == state and self.detail == (detail or "") then
    return
  end
  self.state, self.detail = state, detail or ""
  self._heard(self)
end

---Attach a buffer, and connect where nothing is connected yet.
---@param bufnr integer
function Connection:attach(bufnr)
  self.buffers[bufnr] = true
  if self.client and not compat.is_stopped(self.client) then
    vim.lsp.buf_attach_client(bufnr, self.client.id)
  elseif self.state == "idle" then
    self:start()
  end
end

---Connect now, whatever the state was. Answers whether a process was started.
---@return boolean
function Connection:start()
  if self.client and not compat.is_stopped(self.client) then
    return true
  end
  self._is_leaving = false
  local command, problem = finding.command(self.root)
  if not command then
    self:become("missing", problem)
    telling.warn(problem --[[@as string]])
    return false
  end
  self:become(self._has_run and "reconnecting" or "starting")
  return self:_spawn(command)
end

---@private
---@param command string[]
---@return boolean
function Connection:_spawn(command)
  local options = require("agentxd.config").get()
  local words = vim.list_extend(vim.deepcopy(command), { "lsp", "--root", self.root })
  local anchor = self:_first_buffer()
  local id = vim.lsp.start({
    name = "agentxd",
    root_dir = self.root,
    handlers = self._handlers,
    capabilities = self:_capabilities(),
    flags = { debounce_text_changes = options.debounce_ms },
    cmd = function(dispatchers)
      -- Neovim would report each end of the link in words of its own; what is to be said is said here.
      local ended = dispatchers.on_exit
      dispatchers.on_exit = function()
        ended(0, 0)
        vim.schedule(function()
          self:_ended(words)
        end)
      end
      return vim.lsp.rpc.start(words, dispatchers, { cwd = self.root, env = options.env })
    end,
    on_init = function(client, result)
      self:_greeted(client, result)
    end,
  }, {
    bufnr = anchor,
    silent = true,
    reuse_client = function()
      return false
    end,
  })
  if not id then
    self:become("failed", ("%s could not be started"):format(command[1]))
    telling.warn(self.detail .. ".")
    return false
  end
  self.client = vim.lsp.get_client_by_id(id)
  for bufnr in pairs(self.buffers) do
    if bufnr ~= anchor and vim.api.nvim_buf_is_loaded(bufnr) then
      vim.lsp.buf_attach_client(bufnr, id)
    end
  end
  return true
end

---A buffer for the start; a hidden empty one where no file of the workspace is open.
---@private
---@return integer
function Connection:_first_buffer()
  for bufnr in pairs(self.buffers) do
    if vim.api.nvim_buf_is_loaded(bufnr) then
      return bufnr
    end
    self.buffers[bufnr] = nil
  end
  if not (self._spare and vim.api.nvim_buf_is_valid(self._spare)) then
    self._spare = vim.api.nvim_create_buf(false, true)
    vim.api.nvim_buf_set_name(self._spare, "agentx://connection" .. self.root)
  end
  return self._spare
end

---@private
---@return table
function Connection:_capabilities()
  local found = vim.lsp.protocol.make_client_capabilities()
  -- Approvals are asked by the plugin, with what they mean; not a second time as bare messages.
  found.experimental = vim.tbl_deep_extend("force", found.experimental or {}, { agentx = { asksApprovals = true } })
  -- Only places of the text as it is now are taken over.
  found.textDocument.publishDiagnostics.versionSupport = true
  -- What the plugin's own handler does, and no more.
  found.workspace.workspaceEdit = { documentChanges = true, changeAnnotationSupport = { groupsOnLabel = false } }
  return found
end

---@private
---@param client vim.lsp.Client
---@param result table # Of initialize.
function Connection:_greeted(client, result)
  local wanted = require("agentxd.protocol_gen").PROTOCOL_VERSION
  local theirs = vim.tbl_get(result, "capabilities", "experimental", "agentx", "protocolVersion")
  self.version = vim.tbl_get(result, "serverInfo", "version") or ""
  if type(theirs) ~= "string" or theirs:match("^%d+") ~= wanted:match("^%d+") then
    self:_mismatch(client, theirs, wanted)
    return
  end
  self._tries, self._has_run = 0, true
  self:become("running")
end

---@private
---@param client vim.lsp.Client
---@param theirs any
---@param wanted string
function Connection:_mismatch(client, theirs, wanted)
  local next_step = "Update the older of the two, end the daemon with `agentxd stop`, then :AgentX restart."
  local said = type(theirs) == "string"
      and ("the daemon%s speaks protocol %s, this plugin %s"):format(
        self.version ~= "" and " " .. self.version or "",
        theirs,
        wanted
      )
    or "what answered is no AgentX daemon"
  self._is_leaving = true
  self:become("mismatched", said .. ". " .. next_step)
  telling.tell(self.detail, vim.log.levels.ERROR)
  vim.schedule(function()
    compat.stop(client)
  end)
end

---@private
---@param words string[]
function Connection:_ended(words)
  local was = self.state
  self.client = nil
  if self._is_leaving or was == "mismatched" then
    if was ~= "mismatched" then
      self:become("idle")
    end
    return
  end
  self._tries = self._tries + 1
  if self._tries >= (self._has_run and TRIES_AGAIN or FIRST_TRIES) then
    self:_explain(words)
    return
  end
  self:become(self._has_run and "reconnecting" or "starting", "the link to the daemon broke; trying again")
  local wait = math.min(FIRST_WAIT_MS * 2 ^ (self._tries - 1), LONGEST_WAIT_MS)
  vim.defer_fn(function()
    if not self._is_leaving and not self.client then
      self:start()
    end
  end, wait)
end

---Ask the program itself why it cannot be started.
---@private
---@param words string[]
function Connection:_explain(words)
  vim.system(words, { text = true, stdin = "", timeout = 30000, cwd = self.root }, function(done)
    local said = vim.trim((done.stderr or ""):gsub("%s+", " "))
    vim.schedule(function()
      self:become("failed", said ~= "" and said or ("%s ended with %d"):format(words[1], done.code))
      telling.tell(self.detail .. " Then :AgentX restart.", vim.log.levels.ERROR)
    end)
  end)
end

---@param method string
---@param params table
---@param done fun(problem: agentxd.Problem?, result: any)
function Connection:request(method, params, done)
  local client = self.client
  if not client or self.state ~= "running" then
    local detail = self.detail ~= "" and (": " .. self.detail) or ""
    done({
      code = "disconnected",
      message = ("no daemon is connected (%s%s)"):format(self.state, detail),
      nextStep = self.state == "reconnecting" and "Wait a moment." or "See :checkhealth agentxd.",
    }, nil)
    return
  end
  local function answered(error, result)
    done(error and Connection.problem(error), result)
  end
  local sent = compat.request(client, method, vim.tbl_isempty(params) and vim.empty_dict() or params, answered)
  if not sent then
    answered({ code = 0, message = "the link to the daemon broke" })
  end
end

---@param error table # ResponseError
---@return agentxd.Problem
function Connection.problem(error)
  local data = type(error.data) == "table" and error.data or {}
  return {
    code = type(data.code) == "string" and data.code or tostring(error.code),
    message = tostring(error.message),
    nextStep = type(data.nextStep) == "string" and data.nextStep or "",
  }
end

---End the link for good, or until it is started again. The daemon stays for the others.
function Connection:stop()
  self._is_leaving = true
  self._tries, self._has_run = 0, false
  local client = self.client
  if client then
    compat.stop(client)
  else
    self:become("idle")
  end
end

return Connection
