---One of several things, asked for by |vim.ui.select()|.
local M = {}

---@generic T
---@param items T[]
---@param question { prompt: string, kind: string }
---@param words fun(item: T): string how an item is shown
---@param take fun(item: T) not called where nothing is chosen
function M.pick(items, question, words, take)
  vim.ui.select(items, { prompt = question.prompt, kind = question.kind, format_item = words }, function(item)
    if item then
      take(item)
    end
  end)
end

return M
