---Mappings: only where they are of use, only where the user has none of their own, and shown.
local config = require("agentxd.config")

local M = {}

---@class agentxd.Key
---@field action string
---@field label string
---@field modes string[]

---What can be mapped where hunks are, in the order in which it is shown.
---@type agentxd.Key[]
local ON_HUNKS = {
  { action = "accept", label = "accept", modes = { "n", "x" } },
  { action = "reject", label = "reject", modes = { "n", "x" } },
  { action = "edit", label = "edit", modes = { "n" } },
  { action = "diff", label = "diff", modes = { "n" } },
  { action = "why", label = "why", modes = { "n" } },
  { action = "evidence", label = "evidence", modes = { "n" } },
}
local UNDO = { action = "undo", label = "undo", modes = { "n", "x" } }
local EVERYWHERE = {
  { action = "next", label = "next hunk", modes = { "n" } },
  { action = "previous", label = "previous hunk", modes = { "n" } },
}

---@type table<integer, table<string, string>> # buffer to action to lhs
local in_buffers = {}
---@type table<string, string> # action to lhs
local everywhere = {}
---@type table<string, string> # lhs to the action that was left unmapped
local skipped = {}

---@param action string
---@return string?
local function wanted(action)
  local keys = config.get().keys
  local lhs = keys and keys[action]
  return lhs and lhs ~= "" and lhs or nil
end

---Whether the user (or another plugin) uses these keys, or keys that begin or end with them.
---@param lhs string
---@param mode string
---@param bufnr integer
---@return boolean
local function is_taken(lhs, mode, bufnr)
  return vim.api.nvim_buf_call(bufnr, function()
    return vim.fn.mapcheck(lhs, mode) ~= ""
  end)
end

---@param key agentxd.Key
---@param mode string
---@return string
local function rhs(key, mode)
  -- In visual mode Vim puts the range '<,'> before the command by itself.
  return (mode == "x" and ":" or "<Cmd>") .. "AgentX " .. key.action .. "<CR>"
end

---@param key agentxd.Key
---@param lhs string
---@param bufnr integer
---@param is_local boolean
---@return boolean
local function map(key, lhs, bufnr, is_local)
  local is_mapped = false
  for _, mode in ipairs(key.modes) do
    if is_taken(lhs, mode, bufnr) then
      skipped[lhs] = key.action
    else
      is_mapped = is_mapped or mode == "n"
      vim.keymap.set(mode, lhs, rhs(key, mode), {
        buffer = is_local and bufnr or nil,
        silent = true,
        desc = "AgentX: " .. key.label,
      })
    end
  end
  return is_mapped
end

---@param key agentxd.Key
---@param lhs string
---@param bufnr? integer
local function unmap(key, lhs, bufnr)
  for _, mode in ipairs(key.modes) do
    local found = vim.fn.maparg(lhs, mode, false, true)
    if bufnr then
      found = vim.api.nvim_buf_call(bufnr, function()
        return vim.fn.maparg(lhs, mode, false, true)
      end)
    end
    if (found.desc or ""):match("^AgentX: ") then
      pcall(vim.keymap.del, mode, lhs, { buffer = bufnr })
    end
  end
end

---@param lhs string
---@return string
local function as_typed(lhs)
  local leader = vim.g.mapleader or "\\"
  leader = leader == " " and "␣" or leader
  return (lhs:gsub("<[Ll]eader>", (leader:gsub("%%", "%%%%"))))
end

---Map what is of use in a buffer, unmap what is not. Answers what the header of a hunk shows of it.
---@param bufnr integer
---@param has_open boolean
---@param has_applied boolean
---@return agentxd.Chunk[]
function M.provide(bufnr, has_open, has_applied)
  local mapped = in_buffers[bufnr] or {}
  local chunks = {}
  for _, key in ipairs({ UNDO, unpack(ON_HUNKS) }) do
    local is_of_use = (key == UNDO) and has_applied or (key ~= UNDO and has_open)
    local lhs = wanted(key.action)
    if mapped[key.action] and (not is_of_use or mapped[key.action] ~= lhs) then
      unmap(key, mapped[key.action], bufnr)
      mapped[key.action] = nil
    end
    if is_of_use and lhs and not mapped[key.action] and map(key, lhs, bufnr, true) then
      mapped[key.action] = lhs
    end
    if key ~= UNDO and mapped[key.action] then
      vim.list_extend(chunks, { { "  " .. as_typed(mapped[key.action]), "AgentXKey" }, { " " .. key.label, "AgentXDim" } })
    end
  end
  in_buffers[bufnr] = next(mapped) and mapped or nil
  if has_open and #chunks == 0 then
    chunks = { { "  :AgentX accept", "AgentXKey" }, { " or reject, edit, …", "AgentXDim" } }
  end
  return chunks
end

---The keys of an action in a buffer as a person types them; the command where there are none.
---@param action string
---@param bufnr integer
---@return string
function M.hint(action, bufnr)
  local lhs = (in_buffers[bufnr] or {})[action] or everywhere[action]
  if not lhs and wanted(action) and not skipped[wanted(action)] then
    lhs = wanted(action) -- It is mapped as soon as there is a hunk for it.
  end
  return lhs and as_typed(lhs) or ":AgentX " .. action
end

---Keys that were left to the user's own mappings: keys to the action that they were meant for.
---@return table<string, string>
function M.skipped()
  return vim.deepcopy(skipped)
end

---Map what works everywhere; calling it again follows changed options.
function M.attach()
  skipped = {}
  for _, key in ipairs(EVERYWHERE) do
    local lhs = wanted(key.action)
    if everywhere[key.action] and everywhere[key.action] ~= lhs then
      unmap(key, everywhere[key.action])
      everywhere[key.action] = nil
    end
    if lhs and not everywhere[key.action] and map(key, lhs, vim.api.nvim_get_current_buf(), false) then
      everywhere[key.action] = lhs
    end
  end
end

return M
