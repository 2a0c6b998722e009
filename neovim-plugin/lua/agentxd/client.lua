---The plugin's one door to the daemons: a connection per git work tree, and typed requests on them.
local Connection = require("agentxd.connection")

local M = {}

---@type table<string, agentxd.Connection>
local connections = {}
---@type table<string, (fun(params: table, connection: agentxd.Connection))[]>
local listeners = {}
---@type (fun(connection: agentxd.Connection))[]
local watchers = {}
---Root of the workspace that was worked in last.
local last_root = ""

---Root of the enclosing git work tree; nil where there is none. The daemon counts the same way.
---@param path string
---@return string?
function M.root_of(path)
  local real = vim.uv.fs_realpath(path) or vim.uv.fs_realpath(vim.fs.dirname(path))
  return real and vim.fs.root(real, ".git") or nil
end

---The workspace of a buffer that holds a file.
---@param bufnr integer
---@return string?
function M.root_of_buffer(bufnr)
  local name = vim.api.nvim_buf_get_name(bufnr)
  if vim.bo[bufnr].buftype ~= "" or name == "" or name:match("^%a[%w+.-]+://") then
    return nil
  end
  return M.root_of(name)
end

---Path of a buffer's file, relative to the root of its workspace.
---@param bufnr integer
---@return string? path
---@return string? root
function M.path_of_buffer(bufnr)
  local root = M.root_of_buffer(bufnr)
  local name = vim.api.nvim_buf_get_name(bufnr)
  local folder = root and vim.uv.fs_realpath(vim.fs.dirname(name))
  if not root or not folder then
    return nil
  end
  local real = vim.uv.fs_realpath(name) or (folder .. "/" .. vim.fs.basename(name))
  return real:sub(1, #root + 1) == root .. "/" and real:sub(#root + 2) or nil, root
end

---@param connection agentxd.Connection
local function changed(connection)
  for _, watcher in ipairs(vim.list_slice(watchers)) do
    watcher(connection)
  end
end

---Handlers of everything that the daemon sends: those of the plugin, each in its own file.
---@param root string
---@return table<string, fun(...)>
local function handlers_for(root)
  local handlers = {
    ["workspace/applyEdit"] = function(_, params, context)
      return require("agentxd.applying").handle(params, context)
    end,
    ["textDocument/publishDiagnostics"] = function(error, result, context, config)
      require("agentxd.hunks.following").published(connections[root], error, result, context, config)
    end,
  }
  handlers["window/showMessage"] = function(error, result, context, config)
    if not require("agentxd.review").is_explaining then
      vim.lsp.handlers["window/showMessage"](error, result, context, config)
    end
  end
  for _, method in ipairs({
    "agentx/event/published",
    "agentx/part/streamed",
    "agentx/proposal/changed",
    "agentx/task/settled",
  }) do
    handlers[method] = function(_, params)
      for _, listener in ipairs(vim.list_slice(listeners[method] or {})) do
        listener(params, connections[root])
      end
    end
  end
  return handlers
end

---@param root string
---@return agentxd.Connection
local function connection_for(root)
  connections[root] = connections[root] or Connection.new(root, changed, handlers_for(root))
  return connections[root]
end

---Whether there is a text to tell of: an empty buffer of a file that does not exist is no empty file.
---@param bufnr integer
---@return boolean
local function has_text(bufnr)
  local is_empty = vim.api.nvim_buf_line_count(bufnr) == 1 and vim.api.nvim_buf_get_lines(bufnr, 0, 1, true)[1] == ""
  return not is_empty or vim.uv.fs_stat(vim.api.nvim_buf_get_name(bufnr)) ~= nil
end

---Connect the workspace of a buffer where the options say so, and tell the daemon of its text.
---@param bufnr integer
function M.consider(bufnr)
  local root = vim.api.nvim_buf_is_loaded(bufnr) and has_text(bufnr) and M.root_of_buffer(bufnr) or nil
  if not root then
    return
  end
  local autostart = require("agentxd.config").get().autostart
  local connection = connections[root]
  if (connection and connection.client) or autostart == true or (type(autostart) == "function" and autostart(root)) then
    M.start(bufnr)
  end
end

---Connect the workspace of a buffer (or of the working directory, where it holds no file).
---@param bufnr? integer # 0 or nil: the current one.
---@return agentxd.Connection? connection
---@return string? problem
function M.start(bufnr)
  bufnr = (bufnr == nil or bufnr == 0) and vim.api.nvim_get_current_buf() or bufnr
  local root = M.root_of_buffer(bufnr)
  if root then
    last_root = root
    local connection = connection_for(root)
    if has_text(bufnr) then
      connection:attach(bufnr)
    elseif connection.state == "idle" then
      connection:start()
    end
    return connection
  end
  root = M.current_root()
  if not root then
    return nil, "this is in no git work tree; open a file of one, or :cd into one"
  end
  local connection = connection_for(root)
  if connection.state == "idle" then
    connection:start()
  end
  return connection
end

---Root that a command in this window is about: that of its file, the last one, or the working directory's.
---@return string?
function M.current_root()
  -- A list or a chat knows whose it is.
  local root = vim.b.agentx_root or M.root_of_buffer(vim.api.nvim_get_current_buf())
  if root then
    return root
  end
  return connections[last_root] and last_root or M.root_of(vim.fn.getcwd())
end

---The connection of a buffer's workspace; without one that of the current workspace.
---@param bufnr? integer
---@return agentxd.Connection?
function M.get(bufnr)
  local root = bufnr and M.root_of_buffer(bufnr == 0 and vim.api.nvim_get_current_buf() or bufnr) or M.current_root()
  return root and connections[root] or nil
end

---Every connection that there is.
---@return agentxd.Connection[]
function M.all()
  return vim.tbl_values(connections)
end

---@return agentxd.ConnectionState
function M.state()
  local connection = M.get()
  return connection and connection.state or "idle"
end

---Ask the daemon of the current workspace; starts it where it does not run. `callback` is called exactly once.
---@param method string
---@param params table
---@param callback fun(problem: agentxd.Problem?, result: any)
---@param connection? agentxd.Connection
function M.request(method, params, callback, connection)
  local problem
  if not connection then
    connection, problem = M.start()
  end
  if not connection then
    callback({ code = "no_workspace", message = problem or "", nextStep = "" }, nil)
    return
  end
  if connection.state ~= "starting" then
    connection:request(method, params, callback)
    return
  end
  local stop
  stop = M.watch(function(found)
    if found == connection and connection.state ~= "starting" then
      stop()
      connection:request(method, params, callback)
    end
  end)
end

---The same, waiting; only for what cannot go on without the answer.
---@param method string
---@param params table
---@param timeout_ms? integer # Default 5000.
---@return any result
---@return agentxd.Problem? problem
function M.request_sync(method, params, timeout_ms)
  local is_done, problem, result = false, nil, nil
  M.request(method, params, function(...)
    is_done = true
    problem, result = ...
  end)
  vim.wait(timeout_ms or 5000, function()
    return is_done
  end, 5)
  if not is_done then
    problem = { code = "timeout", message = "the daemon does not answer", nextStep = "See :checkhealth agentxd." }
  end
  return result, problem
end

---Hear a notification of every daemon. Answers a function that ends it.
---@param method "agentx/event/published"|"agentx/part/streamed"|"agentx/proposal/changed"|"agentx/task/settled"
---@param listener fun(params: table, connection: agentxd.Connection)
---@return fun()
function M.on(method, listener)
  listeners[method] = listeners[method] or {}
  table.insert(listeners[method], listener)
  return function()
    for index, found in ipairs(listeners[method]) do
      if found == listener then
        table.remove(listeners[method], index)
        return
      end
    end
  end
end

---Hear of each change of a connection's state. Answers a function that ends it.
---@param watcher fun(connection: agentxd.Connection)
---@return fun()
function M.watch(watcher)
  table.insert(watchers, watcher)
  return function()
    for index, found in ipairs(watchers) do
      if found == watcher then
        table.remove(watchers, index)
        return
      end
    end
  end
end

---End the connection of the current workspace, and begin it again.
function M.restart()
  local connection = M.get()
  if not connection then
    M.start()
    return
  end
  if not connection.client then
    connection:stop()
    connection:start()
    return
  end
  local stop
  stop = M.watch(function(found)
    if found == connection and connection.state == "idle" then
      stop()
      connection:start()
    end
  end)
  connection:stop()
end

---End every connection: the editor leaves.
function M.leave()
  for _, connection in pairs(connections) do
    connection:stop()
  end
end

return M
