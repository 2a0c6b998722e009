local M = {}
function M.handle()
  return { applied = false, failureReason = "not yet" }
end
return M
