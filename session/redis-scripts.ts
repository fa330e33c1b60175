import { createHash } from 'node:crypto'

/** A Lua script, and the name under which a server that has seen it knows it. */
export interface RedisScript {
  lua: string
  sha1: string
}

/**
 * Applies changes to a session that is there, in one step, and moves it to another key where one is
 * given. It does what `applyChanges` does, on the text that redis-record.ts describes.
 *
 * KEYS: the session; the key to move it to, if any. ARGV: the changes; how many milliseconds the
 * session has left, or '' to leave that as it is; the largest text in bytes. The answer is the stored
 * text, or nil if there is no such session, or `{ text }` if it would be too large.
 */
export const updateScript = script(`
-- An ordered map, as a Map in JavaScript is: what is replaced keeps its place.
local function map()
  return { items = {}, places = {}, names = {} }
end

local function put(map, name, item)
  if map.items[name] == nil then
    map.names[#map.names + 1] = name
    map.places[name] = #map.names
  end
  map.items[name] = item
end

local function cut(map, name)
  if map.items[name] == nil then return end
  map.items[name] = nil
  map.names[map.places[name]] = false
end

local function each(map, visit)
  for _, name in ipairs(map.names) do
    if name then visit(name, map.items[name]) end
  end
end

local values, flashes, aliases = map(), map(), {}
local times, persistent
local object -- whose properties the next lines are

local entries = {}

function entries.times(...)
  times = table.concat({ ... }, '\\t')
end

function entries.persistent(boolean)
  persistent = boolean
end

function entries.alias(reference)
  aliases[#aliases + 1] = reference
end

function entries.value(key, json)
  put(values, key, json)
  cut(flashes, key)
end

function entries.object(key)
  object = map()
  put(values, key, object)
  cut(flashes, key)
end

function entries.merge(key)
  local value = values.items[key]
  if type(value) == 'table' then
    object = value
    cut(flashes, key)
  else
    entries.object(key)
  end
end

function entries.property(name, json)
  put(object, name, json)
end

function entries.without(name)
  cut(object, name)
end

function entries.flash(key, json, by, till)
  put(flashes, key, { json = json, by = by, till = till })
  cut(values, key)
end

function entries.remove(key)
  cut(values, key)
  cut(flashes, key)
end

function entries.claim(by, now, till)
  each(flashes, function(_, flash)
    if flash.till == '-' or tonumber(flash.till) <= tonumber(now) then
      flash.by, flash.till = by, till
    end
  end)
end

function entries.read(by, key)
  local flash = flashes.items[key]
  if flash and flash.by == by then cut(flashes, key) end
end

function entries.free(by)
  each(flashes, function(_, flash)
    if flash.by == by then flash.by, flash.till = '-', '-' end
  end)
end

local function apply(text)
  for line in text:gmatch('[^\\n]+') do
    local columns = {}
    for column in line:gmatch('[^\\t]+') do columns[#columns + 1] = column end
    entries[columns[1]](unpack(columns, 2))
  end
end

local function write(header)
  local lines = { header }
  local function add(...) lines[#lines + 1] = table.concat({ ... }, '\\t') end
  add('times', times)
  if persistent then add('persistent', persistent) end
  for _, reference in ipairs(aliases) do add('alias', reference) end
  each(values, function(key, value)
    if type(value) == 'string' then return add('value', key, value) end
    add('object', key)
    each(value, function(name, json) add('property', name, json) end)
  end)
  each(flashes, function(key, flash) add('flash', key, flash.json, flash.by, flash.till) end)
  return table.concat(lines, '\\n')
end

local stored = redis.call('GET', KEYS[1])
local header = 'session 1'
if not stored or stored:sub(1, #header + 1) ~= header .. '\\n' then return false end

apply(stored:sub(#header + 2))
apply(ARGV[1])
local text = write(header)
if #text > tonumber(ARGV[3]) then return { text } end

if ARGV[2] == '' then
  redis.call('SET', KEYS[1], text, 'KEEPTTL')
else
  redis.call('SET', KEYS[1], text, 'PX', ARGV[2])
end
if KEYS[2] then redis.call('RENAME', KEYS[1], KEYS[2]) end
return text
`)

function script(lua: string): RedisScript {
  // A server names scripts by SHA-1; nothing here rests on its strength.
  return { lua, sha1: createHash('sha1').update(lua).digest('hex') }
}
