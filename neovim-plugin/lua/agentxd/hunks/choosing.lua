---Which hunks a command means: under the cursor, in a range, of the file, or by name.
local client = require("agentxd.client")
local marks = require("agentxd.hunks.marks")
local state = require("agentxd.state")

local M = {}

---@param bufnr integer
---@param hunk agentxd.Hunk
---@return integer start
---@return integer stop
function M.place(bufnr, hunk)
  local start, stop = marks.place(bufnr, hunk.id)
  return start or hunk.startLine, stop or hunk.endLine
end

---Whether a hunk has to do with the lines from `first` to `last` (0-based, both included).
---@param bufnr integer
---@param hunk agentxd.Hunk
---@param first integer
---@param last integer
---@return boolean
local function touches(bufnr, hunk, first, last)
  local start, stop = M.place(bufnr, hunk)
  if start == stop then
    local n_lines = vim.api.nvim_buf_line_count(bufnr)
    start = math.min(start, n_lines - 1)
    return first <= start and start <= last
  end
  return first < stop and start <= last
end

---Hunks of a buffer with one of these states that touch these lines.
---@param bufnr integer
---@param first integer
---@param last integer
---@param states table<string, true>
---@return agentxd.Hunk[]
function M.between(bufnr, first, last, states)
  local path, root = client.path_of_buffer(bufnr)
  return path
      and vim.tbl_filter(function(hunk)
        return states[hunk.state] and touches(bufnr, hunk, first, last)
      end, state.hunks_of(path, root))
    or {}
end

---The one hunk at the cursor: an open one first; of several the one that begins last.
---@param states table<string, true>
---@return agentxd.Hunk?
function M.at_cursor(states)
  local bufnr = vim.api.nvim_get_current_buf()
  local shown = vim.b[bufnr].agentxd_hunk
  if shown then
    return (state.hunk(shown))
  end
  local row = vim.api.nvim_win_get_cursor(0)[1] - 1
  local found = M.between(bufnr, row, row, states)
  table.sort(found, function(one, two)
    return M.place(bufnr, one) > M.place(bufnr, two)
  end)
  return found[1]
end

---A file as the daemon names it in a decision: every proposal with such hunks of it.
---@param states table<string, true>
---@return string[]
local function of_file(states)
  local path, root = client.path_of_buffer(vim.api.nvim_get_current_buf())
  local ids = {}
  for _, hunk in ipairs(path and state.hunks_of(path, root) or {}) do
    if states[hunk.state] then
      ids[#ids + 1] = hunk.id
    end
  end
  return ids
end

---Ids of what the arguments name, for agentx/hunk/*.
---@param arguments agentxd.Arguments
---@param states table<string, true>
---@return string[] ids
---@return string? problem # Where nothing is meant.
function M.ids(arguments, states)
  local ids = {}
  for _, word in ipairs(arguments.words) do
    vim.list_extend(ids, word == "file" and of_file(states) or { word })
  end
  if #arguments.words > 0 then
    return ids, #ids == 0 and "this file has no such hunks" or nil
  end
  if arguments.range > 0 then
    local bufnr = vim.api.nvim_get_current_buf()
    for _, hunk in ipairs(M.between(bufnr, arguments.line1 - 1, arguments.line2 - 1, states)) do
      ids[#ids + 1] = hunk.id
    end
    return ids, #ids == 0 and "no such hunk is in these lines" or nil
  end
  local hunk = M.at_cursor(states)
  if hunk then
    return { hunk.id }
  end
  return {}, ("no such hunk is here; %s goes to the next one"):format(
    require("agentxd.keys").hint("next", vim.api.nvim_get_current_buf())
  )
end

---The hunk that a command about one hunk means.
---@param arguments agentxd.Arguments
---@return agentxd.Hunk?
---@return string? problem
function M.one(arguments)
  local word = arguments.words[1]
  if word then
    local hunk = state.hunk(word) or vim.tbl_get(state.proposal(word) or {}, "hunks", 1)
    return hunk, not hunk and ("there is no hunk %s"):format(word) or nil
  end
  local hunk = M.at_cursor(state.OPEN) or M.at_cursor({ applied = true })
  local _, problem = M.ids(arguments, {})
  return hunk, not hunk and problem or nil
end

---@param states? table<string, true> # nil: all
---@return string[]
function M.names(states)
  local names, is_open = {}, {}
  for _, proposal in ipairs(state.proposals()) do
    for _, hunk in ipairs(proposal.hunks) do
      if not states or states[hunk.state] then
        if not is_open[proposal.id] then
          is_open[proposal.id] = true
          names[#names + 1] = proposal.id
        end
        if not is_open[proposal.id .. hunk.path] then
          is_open[proposal.id .. hunk.path] = true
          names[#names + 1] = proposal.id .. ":" .. hunk.path
        end
        names[#names + 1] = hunk.id
      end
    end
  end
  return names
end

return M
