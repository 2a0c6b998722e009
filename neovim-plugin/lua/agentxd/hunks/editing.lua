---Editing what a hunk proposes: its lines in a buffer of their own, `:w` gives them to the daemon.
local client = require("agentxd.client")
local compat = require("agentxd.compat")
local drawing = require("agentxd.hunks.drawing")
local telling = require("agentxd.telling")

local M = {}

---What ends the lines of a text; the empty string where it has one line without an end.
---@param text string
---@return "\r\n"|"\n"
local function ending(text)
  local n_lines, n_returns = select(2, text:gsub("\n", "")), select(2, text:gsub("\r\n", ""))
  return n_returns > 0 and n_returns == n_lines and "\r\n" or "\n"
end

---The text of the buffer as the hunk's file would have it.
---@param bufnr integer
---@param hunk agentxd.Hunk
---@return string
local function text_of(bufnr, hunk)
  local lines = vim.api.nvim_buf_get_lines(bufnr, 0, -1, true)
  if #lines == 1 and lines[1] == "" then
    return ""
  end
  local model = hunk.newText ~= "" and hunk.newText or hunk.oldText
  local newline = ending(model)
  return table.concat(lines, newline) .. (vim.bo[bufnr].eol and newline or "")
end

---Whether somebody else edited the hunk since its lines came into the buffer.
---@param bufnr integer
---@param hunk agentxd.Hunk
---@param connection agentxd.Connection
---@return boolean
local function is_outdated(bufnr, hunk, connection)
  local now = require("agentxd.state").hunk(hunk.id, connection.root)
  return now ~= nil and not now.isTextLeftOut and not vim.tbl_contains(vim.b[bufnr].agentxd_bases, now.newText)
end

---@param bufnr integer
---@param hunk agentxd.Hunk
---@param connection agentxd.Connection
local function write(bufnr, hunk, connection)
  if vim.v.cmdbang == 0 and is_outdated(bufnr, hunk, connection) then
    telling.warn(("%s was edited elsewhere meanwhile; :w! puts your lines in the place of those."):format(hunk.id))
    return
  end
  local tick = vim.api.nvim_buf_get_changedtick(bufnr)
  local is_done = false
  connection:request("agentx/hunk/edit", { hunkId = hunk.id, newText = text_of(bufnr, hunk) }, function(problem, result)
    is_done = true
    local is_there = vim.api.nvim_buf_is_valid(bufnr)
    if is_there and not problem then
      -- What was written is told to everybody, this editor too, a little later: until then the one before it is known.
      vim.b[bufnr].agentxd_bases = { vim.b[bufnr].agentxd_bases[#vim.b[bufnr].agentxd_bases], result.hunk.newText }
    end
    if problem then
      telling.problem(problem)
    elseif is_there and vim.api.nvim_buf_get_changedtick(bufnr) == tick then
      vim.bo[bufnr].modified = false
      telling.tell(("%s is edited; it is not in its file before it is accepted."):format(hunk.id))
    end
  end)
  -- `:wq` must not close the buffer before it is known whether its text arrived.
  vim.wait(5000, function()
    return is_done
  end, 5)
end

---Go to where the hunk is being edited and not written yet; what was typed there is not to be lost.
---@param hunk agentxd.Hunk
---@return boolean
local function go_to_unwritten(hunk)
  local bufnr = compat.buffer_named(("agentx://edit/%s"):format(hunk.id))
  local window = bufnr and vim.bo[bufnr].modified and vim.fn.win_findbuf(bufnr)[1]
  if window then
    vim.api.nvim_set_current_win(window)
  end
  return window ~= nil and window ~= false
end

---@param hunk agentxd.Hunk
---@return integer
local function buffer_for(hunk)
  local name = ("agentx://edit/%s"):format(hunk.id)
  local known = compat.buffer_named(name)
  if known then
    vim.api.nvim_buf_delete(known, { force = true })
  end
  local bufnr = vim.api.nvim_create_buf(false, false)
  vim.api.nvim_buf_set_name(bufnr, name)
  vim.bo[bufnr].buftype = "acwrite"
  vim.bo[bufnr].bufhidden = "wipe"
  vim.bo[bufnr].swapfile = false
  local lines = drawing.lines(hunk.newText)
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, true, #lines > 0 and lines or { "" })
  vim.bo[bufnr].fixendofline = false
  vim.bo[bufnr].endofline = hunk.newText == "" or hunk.newText:sub(-1) == "\n"
  vim.bo[bufnr].modified = false
  vim.bo[bufnr].filetype = vim.filetype.match({ filename = hunk.path, buf = bufnr }) or ""
  vim.b[bufnr].agentxd_hunk = hunk.id
  vim.b[bufnr].agentxd_bases = { hunk.newText }
  return bufnr
end

---Open the proposed lines of a hunk in a split.
---@param hunk agentxd.Hunk
function M.open(hunk)
  local connection = client.get()
  if not connection then
    return
  end
  if hunk.kind == "mode" or hunk.kind == "rename" or hunk.encoding == "binary" then
    telling.warn(("%s has no lines that could be edited."):format(hunk.id))
    return
  end
  if go_to_unwritten(hunk) then
    return
  end
  local bufnr = buffer_for(hunk)
  local height = math.min(math.max(#drawing.lines(hunk.newText) + 1, 5), 20)
  vim.cmd(("belowright %dsplit"):format(height))
  vim.api.nvim_win_set_buf(0, bufnr)
  vim.wo[0][0].winbar = ("%%#AgentXHeader#%s%%* proposed lines · :w takes them over, :q leaves them"):format(hunk.id)
  vim.api.nvim_create_autocmd("BufWriteCmd", {
    buffer = bufnr,
    callback = function()
      write(bufnr, hunk, connection)
    end,
  })
end

return M
