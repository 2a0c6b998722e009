---Shows the open hunks of every buffer that holds a file of a workspace, whoever decides on them.
local client = require("agentxd.client")
local drawing = require("agentxd.hunks.drawing")
local marks = require("agentxd.hunks.marks")
local state = require("agentxd.state")

local M = {}

local is_attached = false

---Hunks of a buffer's file that are open or can be taken back, with their proposals.
---@param bufnr integer
---@return { hunk: agentxd.Hunk, proposal: agentxd.Proposal }[]
---@return boolean has_open
---@return boolean has_applied
local function hunks_in(bufnr)
  local path, root = client.path_of_buffer(bufnr)
  local found, has_open, has_applied = {}, false, false
  for _, proposal in ipairs(path and state.proposals(root) or {}) do
    for _, hunk in ipairs(proposal.hunks) do
      local is_open, is_applied = state.OPEN[hunk.state] or false, hunk.state == "applied"
      if hunk.path == path and (is_open or is_applied) then
        found[#found + 1] = { hunk = hunk, proposal = proposal }
        has_open = has_open or is_open
        has_applied = has_applied or is_applied
      end
    end
  end
  return found, has_open, has_applied
end

---Draw a buffer anew.
---@param bufnr integer
---@param is_placed? boolean # Whether the hunks' lines are known to be those of the text as it is now.
function M.refresh(bufnr, is_placed)
  if not vim.api.nvim_buf_is_loaded(bufnr) or vim.bo[bufnr].buftype ~= "" then
    return
  end
  if not require("agentxd.config").get().hunks.shown then
    marks.clear(bufnr)
    return
  end
  local found, has_open, has_applied = hunks_in(bufnr)
  local keys = require("agentxd.keys").provide(bufnr, has_open, has_applied)
  marks.show(bufnr, found, keys, is_placed or false)
end

---Draw all buffers of a workspace that show one of these proposals; of all where none is named.
---@param ids string[]
---@param root string
local function refresh_all(ids, root)
  local paths = {}
  for _, id in ipairs(ids) do
    for _, file in ipairs((state.proposal(id, root) or { files = {} }).files) do
      paths[file.path] = true
    end
  end
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(bufnr) and vim.bo[bufnr].buftype == "" then
      local path, found = client.path_of_buffer(bufnr)
      if found == root and (#ids == 0 or paths[path]) then
        M.refresh(bufnr)
      end
    end
  end
end

---A file that was not there when its buffer was made, and is there now: its accepted text is shown.
---@param root string
local function take_created(root)
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    local name = vim.api.nvim_buf_get_name(bufnr)
    if vim.api.nvim_buf_is_loaded(bufnr) and vim.bo[bufnr].buftype == "" and vim.startswith(name, root .. "/") then
      local is_fresh = not vim.bo[bufnr].modified
        and vim.api.nvim_buf_line_count(bufnr) == 1
        and vim.api.nvim_buf_get_lines(bufnr, 0, 1, true)[1] == ""
      local found = is_fresh and vim.uv.fs_stat(name)
      if found and found.size > 0 then
        vim.api.nvim_buf_call(bufnr, function()
          vim.cmd("silent! edit")
        end)
      end
    end
  end
end

local function define_highlights()
  for name, link in pairs(drawing.HIGHLIGHTS) do
    vim.api.nvim_set_hl(0, name, { link = link, default = true })
  end
end

local function watch_buffers()
  local group = vim.api.nvim_create_augroup("agentxd.hunks", { clear = true })
  vim.api.nvim_create_autocmd("ColorScheme", { group = group, callback = define_highlights })
  vim.api.nvim_create_autocmd({ "BufReadPost", "BufNewFile", "BufFilePost" }, {
    group = group,
    callback = function(event)
      vim.schedule(function()
        if vim.api.nvim_buf_is_valid(event.buf) then
          marks.clear(event.buf)
          M.refresh(event.buf)
        end
      end)
    end,
  })
  vim.api.nvim_create_autocmd("BufWinEnter", {
    group = group,
    callback = function(event)
      if next(marks.of(event.buf)) then
        marks.make_room(event.buf)
      end
    end,
  })
  vim.api.nvim_create_autocmd({ "BufUnload", "BufWipeout" }, {
    group = group,
    callback = function(event)
      marks.clear(event.buf)
    end,
  })
end

---Show hunks from now on; calling it again draws all anew, with the options as they are then.
function M.attach()
  define_highlights()
  watch_buffers()
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    M.refresh(bufnr)
  end
  if is_attached then
    return
  end
  is_attached = true
  state.subscribe("proposals", function(ids, root)
    take_created(root)
    refresh_all(ids, root)
  end)
end

return M
