local M = {}
function M.attach() end
return M
