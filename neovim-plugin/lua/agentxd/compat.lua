---What is called differently in the versions of Neovim that the plugin works with (0.10 and newer).
local M = {}

local HAS_METHODS = vim.fn.has("nvim-0.11") == 1

---@param client vim.lsp.Client
---@param name "request"|"notify"|"stop"|"is_stopped"
local function call(client, name, ...)
  if HAS_METHODS then
    return client[name](client, ...)
  end
  return client[name](...)
end

---@param client vim.lsp.Client
---@param method string
---@param params table
---@param done fun(error: table?, result: any)
---@return boolean # Whether it was sent.
function M.request(client, method, params, done)
  -- Without a buffer all that was typed anywhere is sent first.
  return (call(client, "request", method, params, done))
end

---@param client vim.lsp.Client
---@param method string
---@param params table
function M.notify(client, method, params)
  call(client, "notify", method, params)
end

---@param client vim.lsp.Client
function M.stop(client)
  call(client, "stop", true)
end

---@param client vim.lsp.Client
---@return boolean
function M.is_stopped(client)
  return call(client, "is_stopped")
end

---The buffer with exactly this name. `bufnr()` would take characters of the name for a pattern.
---@param name string
---@return integer? bufnr
function M.buffer_named(name)
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_get_name(bufnr) == name then
      return bufnr
    end
  end
end

---Send now what was typed and still waits for a pause.
---@param client vim.lsp.Client
---@param bufnr integer
function M.flush(client, bufnr)
  local has_tracking, tracking = pcall(require, "vim.lsp._changetracking")
  if has_tracking and type(tracking.flush) == "function" then
    pcall(tracking.flush, client, bufnr)
  end
end

return M
