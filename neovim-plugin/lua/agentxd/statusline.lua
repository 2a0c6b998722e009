---A component for any status line: `require("agentxd.statusline").text()`, kept until something changes.
local M = {}

---Microseconds matter here: the text is asked for at each redraw.
---@type table<string, string> root to text
local texts = {}
---@type table<string, integer> root to millionths of a dollar that today cost
local today = {}
---@type table<string, string> root to how far the index is
local indexing = {}
---@type table<integer, { name: string, root: string }> buffer to its workspace
local roots = {}
local is_attached = false

local SIGNS = {
  running = { "●", "*" },
  starting = { "○", "o" },
  reconnecting = { "○", "o" },
}

---@param root string
local function ask_cost(root)
  local connection = require("agentxd.ui.daemon").connection(root)
  if connection and connection.state == "running" then
    connection:request("agentx/usage/get", { nDays = 1 }, function(problem, result)
      if not problem then
        today[root] = result.todayCostMicros
        M.forget(root)
      end
    end)
  end
end

---@param root string
---@return string[]
local function words(root)
  local state, format = require("agentxd.state"), require("agentxd.ui.format")
  local is_at_work = require("agentxd.tasks.ended").is_at_work
  local n_tasks = #vim.tbl_filter(is_at_work, state.tasks(root))
  local n_hunks, n_asks = #state.open_hunks(root), #state.approvals(root)
  local found = {}
  found[#found + 1] = n_asks > 0 and n_asks .. "?" or nil
  found[#found + 1] = n_tasks > 0 and n_tasks .. " at work" or nil
  found[#found + 1] = n_hunks > 0 and format.counted(n_hunks, "hunk") or nil
  found[#found + 1] = (today[root] or 0) > 0 and format.dollars(today[root]) or nil
  found[#found + 1] = indexing[root]
  return found
end

---@param root string
---@return string
local function made(root)
  local symbols = require("agentxd.ui.symbols")
  local connection = require("agentxd.ui.daemon").connection(root)
  local now = connection and connection.state or "idle"
  if now == "idle" then
    return ""
  end
  local sign = SIGNS[now] or { "✗", "x" }
  local all = { "AgentX " .. symbols.sign(sign[1], sign[2]) }
  if now ~= "running" then
    all[1] = all[1] .. " " .. now
  else
    vim.list_extend(all, words(root))
  end
  return table.concat(all, " ")
end

---What is shown of a workspace has changed.
---@param root string
function M.forget(root)
  if texts[root] then
    texts[root] = nil
    vim.schedule(vim.cmd.redrawstatus)
  end
end

---Progress of the index, as the daemon reports it to any editor.
---@param event table
local function progress(event)
  local client = vim.lsp.get_client_by_id(event.data.client_id)
  local value = vim.tbl_get(event.data, "params", "value") or vim.tbl_get(event.data, "result", "value")
  if not client or client.name ~= "agentxd" or type(value) ~= "table" then
    return
  end
  local root = client.root_dir or client.config.root_dir
  if value.title and tostring(value.title):lower():match("index") then
    M.index_token = vim.tbl_get(event.data, "params", "token")
  end
  if vim.tbl_get(event.data, "params", "token") ~= M.index_token then
    return
  end
  indexing[root] = value.kind ~= "end" and value.percentage and ("index %d%%"):format(value.percentage) or nil
  M.forget(root)
end

local function attach()
  is_attached = true
  local state = require("agentxd.state")
  for _, kind in ipairs({ "tasks", "proposals", "approvals", "connection" }) do
    state.subscribe(kind, function(_, root)
      M.forget(root)
      if kind == "tasks" or kind == "connection" then
        ask_cost(root)
      end
    end)
  end
  vim.api.nvim_create_autocmd("LspProgress", {
    group = vim.api.nvim_create_augroup("agentxd.statusline", { clear = true }),
    callback = progress,
  })
end

---Looking for a work tree asks the disk: each buffer is looked up once.
---@param client table
---@return string
local function root_here(client)
  local buffer = vim.api.nvim_get_current_buf()
  local name = vim.api.nvim_buf_get_name(buffer)
  local known = roots[buffer]
  if name == "" or vim.bo[buffer].buftype ~= "" then
    return client.current_root() or ""
  elseif not known or known.name ~= name then
    known = { name = name, root = client.current_root() or "" }
    roots[buffer] = known
  end
  return known.root
end

---The state of the workspace of this window, as `AgentX ● 1? 2 at work 3 hunks $0.0042`; empty without one.
---@return string
function M.text()
  local client = package.loaded["agentxd.client"]
  if not client then
    return "" -- nobody set the plugin up yet: a status line loads nothing
  end
  if not is_attached then
    attach()
  end
  local root = root_here(client)
  if not texts[root] then
    texts[root] = root == "" and "" or made(root)
  end
  return texts[root]
end

return M
