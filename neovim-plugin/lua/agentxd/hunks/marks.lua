---Hunks in their buffers: extmarks, which follow typing by themselves, and where they are now.
local drawing = require("agentxd.hunks.drawing")

local M = {}

M.namespace = vim.api.nvim_create_namespace("agentxd.hunks")

---What is drawn of one hunk.
---@class agentxd.Drawn
---@field id string # Of the hunk.
---@field anchor integer # The mark over its lines; it is often asked for, so nothing else is in it.
---@field others integer[] # Marks of its header, its signs and its proposed lines.
---@field hunk agentxd.Hunk # What it was drawn from,
---@field around string # with these keys and this evidence: as long as both stay, only the place can change.
---@field state string # Of the hunk at that time.
---@field is_below boolean # It stands behind the last line of the buffer.

---@type table<integer, table<string, agentxd.Drawn>>
local drawn = {}

---@param bufnr integer
---@return table<string, agentxd.Drawn>
function M.of(bufnr)
  return drawn[bufnr] or {}
end

---Where a hunk stands now: 0-based first line and the line after its last one.
---@param bufnr integer
---@param id string
---@return integer? start
---@return integer? stop
function M.place(bufnr, id)
  local found = M.of(bufnr)[id]
  if not found then
    return nil
  end
  local mark = vim.api.nvim_buf_get_extmark_by_id(bufnr, M.namespace, found.anchor, { details = true })
  if not mark[1] then
    return nil
  end
  if found.is_below then
    return mark[1] + 1, mark[1] + 1
  end
  return mark[1], math.max(mark[1], mark[3].end_row or mark[1])
end

---@param bufnr integer
---@param found agentxd.Drawn
local function erase(bufnr, found)
  for _, mark in ipairs({ found.anchor, unpack(found.others) }) do
    vim.api.nvim_buf_del_extmark(bufnr, M.namespace, mark)
  end
end

---@param bufnr integer
---@param row integer
---@param options vim.api.keyset.set_extmark
---@return integer
local function mark(bufnr, row, options)
  options.strict = false
  return vim.api.nvim_buf_set_extmark(bufnr, M.namespace, row, 0, options)
end

---@param bufnr integer
---@return boolean
local function is_empty(bufnr)
  return vim.api.nvim_buf_line_count(bufnr) == 1 and vim.api.nvim_buf_get_lines(bufnr, 0, 1, true)[1] == ""
end

---The mark over the lines of a hunk.
---@param bufnr integer
---@param start integer
---@param stop integer
---@param group? string
---@return integer
local function anchor(bufnr, start, stop, group)
  local n_lines = vim.api.nvim_buf_line_count(bufnr)
  return mark(bufnr, math.min(start, n_lines - 1), {
    end_row = math.min(math.max(stop, start), n_lines),
    end_col = 0,
    end_right_gravity = false,
    hl_group = stop > start and group or nil,
    hl_eol = stop > start and group ~= nil or nil,
  })
end

---@param bufnr integer
---@param hunk agentxd.Hunk
---@param start integer
---@param stop integer
---@param header agentxd.Chunk[][]
---@param added agentxd.Chunk[][]
---@return agentxd.Drawn
local function draw(bufnr, hunk, start, stop, header, added)
  local n_lines = vim.api.nvim_buf_line_count(bufnr)
  local sign, group = drawing.sign(hunk)
  local found = { id = hunk.id, others = {}, is_below = start >= n_lines }
  stop = math.min(stop, n_lines)
  found.anchor = anchor(bufnr, start, stop, "AgentXRemoved")
  local function add(row, options)
    table.insert(found.others, mark(bufnr, math.min(row, n_lines - 1), options))
  end
  for row = start, math.max(start, stop - 1) do
    add(row, { sign_text = sign, sign_hl_group = group })
  end
  if start >= stop then
    local is_above = start < n_lines and not is_empty(bufnr)
    add(start, { virt_lines = vim.list_extend(header, added), virt_lines_above = is_above })
    return found
  end
  if #header > 0 then
    add(start, { virt_lines = header, virt_lines_above = true })
  end
  if #added > 0 then
    add(stop - 1, { virt_lines = added })
  end
  return found
end

---Virtual lines above the first line are not shown by themselves: they need room above it.
---@param bufnr integer
local function make_room(bufnr)
  local rows = 0
  for _, found in ipairs(vim.api.nvim_buf_get_extmarks(bufnr, M.namespace, { 0, 0 }, { 0, -1 }, { details = true })) do
    if found[4].virt_lines_above then
      rows = rows + #(found[4].virt_lines or {})
    end
  end
  for _, window in ipairs(rows > 0 and vim.fn.win_findbuf(bufnr) or {}) do
    vim.api.nvim_win_call(window, function()
      local view = vim.fn.winsaveview()
      if view.topline == 1 and view.topfill ~= rows then
        vim.fn.winrestview({ topfill = math.min(rows, vim.api.nvim_win_get_height(window) - 1) })
      end
    end)
  end
end

M.make_room = make_room

---Draw one hunk. Of one that is in the text already nothing is seen, but its place follows typing.
---@param bufnr integer
---@param hunk agentxd.Hunk
---@param proposal agentxd.Proposal
---@param keys agentxd.Chunk[]
---@param start integer
---@param stop integer
---@return agentxd.Drawn
local function put(bufnr, hunk, proposal, keys, start, stop)
  if hunk.state == "applied" then
    return { id = hunk.id, anchor = anchor(bufnr, start, stop), others = {}, is_below = false }
  end
  local options = require("agentxd.config").get().hunks
  local header = options.header and { drawing.header(hunk, proposal, keys) } or {}
  local added = drawing.added(hunk, options.max_lines, vim.bo[bufnr].tabstop, vim.o.columns)
  return draw(bufnr, hunk, start, stop, header, added)
end

---What hunks of a proposal have around them, in one string.
---@param proposal agentxd.Proposal
---@param keys agentxd.Chunk[]
---@return string
local function surroundings(proposal, keys)
  local evidence = drawing.evidence(proposal)
  local parts = { evidence and evidence[1] or "", proposal.title }
  for _, chunk in ipairs(keys) do
    parts[#parts + 1] = chunk[1]
  end
  return table.concat(parts, "\1")
end

---@param known agentxd.Drawn
---@param hunk agentxd.Hunk
---@return boolean
local function looks_the_same(known, hunk)
  local before = known.hunk
  return known.state == hunk.state
    and (
      before == hunk
      or (before.newText == hunk.newText and before.oldText == hunk.oldText and before.reason == hunk.reason)
    )
end

---Draw the hunks of a buffer; what stays as it is, is not touched.
---@param bufnr integer
---@param hunks { hunk: agentxd.Hunk, proposal: agentxd.Proposal }[]
---@param keys agentxd.Chunk[]
---@param is_placed boolean # Whether the lines of the hunks are known to be those of the text as it is now;
---else what is drawn already stays where it went by itself.
function M.show(bufnr, hunks, keys, is_placed)
  local before, after, around = M.of(bufnr), {}, {}
  for _, item in ipairs(hunks) do
    local hunk, proposal = item.hunk, item.proposal
    around[proposal] = around[proposal] or surroundings(proposal, keys)
    local known = before[hunk.id]
    local start, stop = hunk.startLine, hunk.endLine
    local now_start, now_stop = M.place(bufnr, hunk.id)
    if known and now_start and known.state == hunk.state and not is_placed then
      start, stop = now_start, now_stop --[[@as integer]]
    end
    local is_there = known and now_start == start and now_stop == stop and known.around == around[proposal]
    if known and is_there and looks_the_same(known, hunk) then
      after[hunk.id] = known
    else
      if known then
        erase(bufnr, known)
      end
      after[hunk.id] = put(bufnr, hunk, proposal, keys, start, stop)
    end
    after[hunk.id].hunk, after[hunk.id].state, after[hunk.id].around = hunk, hunk.state, around[proposal]
  end
  for id, known in pairs(before) do
    if not after[id] then
      erase(bufnr, known)
    end
  end
  drawn[bufnr] = next(after) and after or nil
  make_room(bufnr)
end

---Forget a buffer.
---@param bufnr integer
function M.clear(bufnr)
  drawn[bufnr] = nil
  if vim.api.nvim_buf_is_valid(bufnr) then
    vim.api.nvim_buf_clear_namespace(bufnr, M.namespace, 0, -1)
  end
end

return M
