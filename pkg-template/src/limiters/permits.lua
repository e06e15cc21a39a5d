-- The logic of permits.ts and forecast.ts as one atomic script for Redis.
--
-- KEYS   1 the account as JSON: leases, waiters, holds
--        2 a hash by window key: [its length, held until, the times at which its completed requests ended …]
--        3 a sorted set by window key: the time at which the window can be removed
-- ARGV   1 a list of commands as JSON: { acquire: the request } or { release: requestId, feedback }
--        2 milliseconds until a waiter is dropped, counted from the time at which it should ask again
--        3 the current time, in tests; defaults to the clock of Redis
--        4 the channel for the request ids of waiters that can be granted now
--
-- The result has four numbers for each command: granted (1 or 0), the wait in milliseconds, whether the concurrency limit is the
-- reason (1 or 0), and the number of waiters ahead. The request ids that were published follow.

local NEVER, MAX_STEPS = math.huge, 32

local time = redis.call("TIME")
local now = tonumber(ARGV[3]) or time[1] * 1000 + math.floor(time[2] / 1000)
local stored = redis.call("GET", KEYS[1])
local account = stored and cjson.decode(stored) or { leases = {}, waiters = {}, holds = {} }

local usages = {}
local function usageOf(key)
  if not usages[key] then
    local row = redis.call("HGET", KEYS[2], key)
    row = row and cjson.decode(row) or { 0, 0 }
    local ended = {}
    for index = 3, #row do
      ended[#ended + 1] = row[index]
    end
    usages[key] = { windowMs = row[1], heldUntil = row[2], ended = ended }
  end
  return usages[key]
end

local function storeUsage(key)
  local usage = usageOf(key)
  local row, last = { usage.windowMs, usage.heldUntil }, 0
  for _, ended in ipairs(usage.ended) do
    if ended + usage.windowMs > now then
      row[#row + 1] = ended
      last = math.max(last, ended)
    end
  end
  redis.call("HSET", KEYS[2], key, cjson.encode(row))
  redis.call("ZADD", KEYS[3], math.max(usage.heldUntil, last + usage.windowMs), key)
end

local function endLease(lease, at)
  for _, window in ipairs(lease.windows) do
    local usage = usageOf(window.key)
    usage.windowMs = math.max(usage.windowMs, window.windowMs)
    table.insert(usage.ended, at)
    storeUsage(window.key)
  end
end

local function filter(list, predicate)
  local kept = {}
  for _, item in ipairs(list) do
    if predicate(item) then
      kept[#kept + 1] = item
    end
  end
  return kept
end

-- Whether a lease, a waiter or a hold ended, so that a waiter may be granted.
local hasEnded = false

local function isActive(item)
  local active = item["until"] > now
  hasEnded = hasEnded or not active
  return active
end

-- Removes expired leases, waiters, holds and windows.
account.leases = filter(account.leases, function(lease)
  local active = isActive(lease)
  if not active then
    endLease(lease, lease["until"])
  end
  return active
end)
account.waiters = filter(account.waiters, isActive)
account.holds = filter(account.holds, isActive)
local expired = redis.call("ZRANGEBYSCORE", KEYS[3], "-inf", now, "LIMIT", 0, 1000)
if #expired > 0 then
  redis.call("HDEL", KEYS[2], unpack(expired))
  redis.call("ZREM", KEYS[3], unpack(expired))
end

-- The account after every request that can be granted has been.
local forecast, inFlight = {}, 0

local function forecastOf(key)
  if not forecast[key] then
    local usage = usageOf(key)
    local slots = {}
    for _, ended in ipairs(usage.ended) do
      slots[#slots + 1] = { finish = ended + usage.windowMs, known = true }
    end
    forecast[key] = { slots = slots, uncertain = 0, heldUntil = usage.heldUntil }
  end
  return forecast[key]
end

local function reserve(windows, at)
  for _, window in ipairs(windows) do
    table.insert(forecastOf(window.key).slots, { finish = at + window.windowMs })
  end
end

local function hasCapacity(window, at, certain)
  local predicted = forecastOf(window.key)
  if predicted.heldUntil > at then
    return false
  end
  if predicted.at ~= at then
    predicted.at = at
    predicted.slots = filter(predicted.slots, function(slot)
      if slot.finish <= at and not slot.known then
        predicted.uncertain = predicted.uncertain + 1
      end
      return slot.finish > at
    end)
  end
  return #predicted.slots + (certain and predicted.uncertain or 0) < window.limit
end

local function startForecast()
  forecast, inFlight = {}, #account.leases
  for _, lease in ipairs(account.leases) do
    reserve(lease.windows, now)
  end
end

-- For windows in `requested`, slots that may be free are sufficient.
local function allHaveCapacity(windows, at, requested)
  for _, window in ipairs(windows) do
    if not hasCapacity(window, at, not requested[window.key]) then
      return false
    end
  end
  return true
end

local function concurrencyLimit(max, at)
  for _, hold in ipairs(account.holds) do
    if hold["until"] > at then
      max = math.min(max, hold.maxConcurrent)
    end
  end
  return max
end

local function tryGrant(request)
  local granted = inFlight < concurrencyLimit(request.maxConcurrent, now) and allHaveCapacity(request.windows, now, {})
  if granted then
    inFlight = inFlight + 1
    reserve(request.windows, now)
  end
  return granted
end

local function nextEvent(at)
  local first = NEVER
  local function consider(time)
    if time > at and time < first then
      first = time
    end
  end
  for _, hold in ipairs(account.holds) do
    consider(hold["until"])
  end
  for _, predicted in pairs(forecast) do
    consider(predicted.heldUntil)
    for _, slot in ipairs(predicted.slots) do
      consider(slot.finish)
    end
  end
  return first
end

local function earliestGrant(request, ahead)
  local requested = {}
  for _, window in ipairs(request.windows) do
    requested[window.key] = true
  end
  local at, waiting, tooManyConnections = now, ahead, 0
  for step = 1, MAX_STEPS do
    waiting = filter(waiting, function(other)
      local granted = allHaveCapacity(other.windows, at, requested)
      if granted then
        reserve(other.windows, at)
      end
      return not granted
    end)
    local fits = allHaveCapacity(request.windows, at, requested)
    if step == 1 and fits then
      tooManyConnections = 1
    end
    local later = nextEvent(at)
    if (fits and concurrencyLimit(request.maxConcurrent, at) > 0) or later == NEVER then
      break
    end
    at = later
  end
  return math.ceil(at - now), tooManyConnections
end

local function leaseOf(requestId)
  for index, lease in ipairs(account.leases) do
    if lease.requestId == requestId then
      return lease, index
    end
  end
end

local function positionOf(requestId)
  for index, waiter in ipairs(account.waiters) do
    if waiter.requestId == requestId then
      return index
    end
  end
end

local function dequeue(requestId)
  local index = positionOf(requestId)
  if index then
    table.remove(account.waiters, index)
  end
end

local result = {}

local function answer(...)
  for _, value in ipairs({ ... }) do
    result[#result + 1] = value
  end
end

local function acquire(input)
  startForecast()
  local lease = leaseOf(input.requestId)
  local position = positionOf(input.requestId) or #account.waiters + 1
  local granted, ahead = lease or input.force, {}
  if not granted then
    for index = 1, position - 1 do
      if not tryGrant(account.waiters[index]) then
        ahead[#ahead + 1] = account.waiters[index]
      end
    end
    granted = tryGrant(input)
  end
  if granted then
    dequeue(input.requestId)
    if lease then
      lease["until"] = now + input.leaseMs
    else
      table.insert(account.leases, {
        requestId = input.requestId,
        windows = input.windows,
        ["until"] = now + input.leaseMs,
      })
    end
    return answer(1, 0, 0, 0)
  end
  local waitMs, tooManyConnections = earliestGrant(input, ahead)
  account.waiters[position] = {
    requestId = input.requestId,
    windows = input.windows,
    maxConcurrent = input.maxConcurrent,
    ["until"] = now + waitMs + tonumber(ARGV[2]),
  }
  answer(0, waitMs, tooManyConnections, position - 1)
end

local function release(requestId, feedback)
  hasEnded = true
  dequeue(requestId)
  local lease, index = leaseOf(requestId)
  if lease then
    table.remove(account.leases, index)
    endLease(lease, now)
  end
  if feedback then
    local holdUntil = now + feedback.ms
    for _, key in ipairs(feedback.windows or {}) do
      usageOf(key).heldUntil = math.max(usageOf(key).heldUntil, holdUntil)
      storeUsage(key)
    end
    if feedback.maxConcurrent then
      local existing = filter(account.holds, function(other)
        return other.maxConcurrent == feedback.maxConcurrent
      end)[1]
      if not existing then
        existing = { maxConcurrent = feedback.maxConcurrent, ["until"] = 0 }
        table.insert(account.holds, existing)
      end
      existing["until"] = math.max(existing["until"], holdUntil)
    end
  end
  answer(1, 0, 0, 0)
end

for _, command in ipairs(cjson.decode(ARGV[1])) do
  if command.acquire then
    acquire(command.acquire)
  else
    release(command.release, command.feedback)
  end
end

-- Notifies the waiters that can be granted now. Without the permission to publish, they find out by themselves.
if hasEnded and #account.waiters > 0 then
  startForecast()
  local grantable = filter(account.waiters, tryGrant)
  for index, waiter in ipairs(grantable) do
    grantable[index] = waiter.requestId
    answer(waiter.requestId)
  end
  if #grantable > 0 then
    redis.pcall("PUBLISH", ARGV[4], cjson.encode(grantable))
  end
end

-- Each key gets a time to live, so that it is removed once no entry in it counts any more.
local last = now
for _, lease in ipairs(account.leases) do
  last = math.max(last, lease["until"])
  for _, window in ipairs(lease.windows) do
    last = math.max(last, lease["until"] + window.windowMs)
  end
end
for _, list in ipairs({ account.waiters, account.holds }) do
  for _, item in ipairs(list) do
    last = math.max(last, item["until"])
  end
end
if last > now then
  redis.call("SET", KEYS[1], cjson.encode(account), "PX", math.ceil(last - now))
else
  redis.call("DEL", KEYS[1])
end
local latest = redis.call("ZREVRANGE", KEYS[3], 0, 0, "WITHSCORES")[2]
if latest then
  local left = math.max(math.ceil(latest - now), 1)
  redis.call("PEXPIRE", KEYS[2], left)
  redis.call("PEXPIRE", KEYS[3], left)
end
return result
