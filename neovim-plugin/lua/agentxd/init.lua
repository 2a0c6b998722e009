---AgentX for Neovim: `require("agentxd").setup()`. Nothing happens before it is called.
local M = {}

local is_set_up = false

---Parts that want to know when the plugin is set up; each has `attach()`, which may be called again.
local PARTS = { "agentxd.follow", "agentxd.hunks", "agentxd.keys", "agentxd.approvals", "agentxd.tasks.ended" }

---@param bufnr integer
local function consider(bufnr)
  if vim.api.nvim_buf_is_valid(bufnr) then
    require("agentxd.client").consider(bufnr)
  end
end

local function watch_buffers()
  local group = vim.api.nvim_create_augroup("agentxd", { clear = true })
  vim.api.nvim_create_autocmd({ "BufReadPost", "BufWritePost", "BufFilePost" }, {
    group = group,
    desc = "AgentX: connect in a git work tree",
    callback = function(event)
      -- Behind the autocommands that set the file type, which the daemon is told.
      vim.schedule(function()
        consider(event.buf)
      end)
    end,
  })
  vim.api.nvim_create_autocmd("BufNewFile", {
    group = group,
    desc = "AgentX: a new file is known as soon as it has text",
    callback = function(event)
      vim.api.nvim_create_autocmd({ "TextChanged", "TextChangedI" }, {
        group = group,
        buffer = event.buf,
        once = true,
        callback = function()
          consider(event.buf)
        end,
      })
    end,
  })
  vim.api.nvim_create_autocmd("VimLeavePre", {
    group = group,
    callback = function()
      require("agentxd.client").leave()
    end,
  })
end

---Begin, or begin anew with other options: calling it again changes the options and repeats nothing.
---@param options? table # See |agentxd-options|.
function M.setup(options)
  require("agentxd.config").set(options)
  is_set_up = true
  watch_buffers()
  for _, name in ipairs(PARTS) do
    require(name).attach()
  end
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(bufnr) then
      consider(bufnr)
    end
  end
end

---Set up with defaults where the user did not.
function M.ensure()
  if not is_set_up then
    M.setup()
  end
end

---@return boolean
function M.is_set_up()
  return is_set_up
end

return M
