import { createClient } from '@aiops/contract/client'
import { z } from 'zod'
import { beforeAll, afterAll, expect, it } from 'vitest'
import { tools, toolNames } from '../../server/src/service/intelligence/index.ts'
import { seededRandom } from '../../server/src/kernel/random.ts'
import { post } from '../ask/system/otlp-body.ts'
import { startServer, temporaryFolder, type Server } from './server.ts'
const folder = temporaryFolder('zz')
let server: Server
const random = seededRandom(11)
const pick = <T>(all: readonly T[]): T => all[Math.floor(random.next() * all.length)]!
const strings = ['', 'x', '../../etc/passwd', '%2e%2e%2f', '__proto__', 'constructor', "' OR 1=1 --", '{a="b"}', 'up{', 'rate(up[5m])', '((((((((((', 'a'.repeat(300), 'a'.repeat(20000), '(a+)+$', '.*.*.*.*.*.*.*b', '|= "x" | regexp "(a+)+"', '\u0000', '\ud800', '\u202e', '${jndi:ldap://x}', 'http://169.254.169.254/latest', '-1', '1e309', 'NaN', '2026-01-01T00:00:00Z', '1970-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '-271821-04-20T00:00:00Z', '1h', '99999999y', '5m', 'local', 'service/billing', 'DESC', 'ERROR', 'deployment', 'Pod', 'sum by (' + 'a,'.repeat(2000) + 'a) (up)', '('.repeat(3000) + 'up' + ')'.repeat(3000), '-'.repeat(5000)+'1', 'label_replace(up, "a", "$1", "b", "(.*)*x")', '{__name__=~".+"}', 'count_over_time({a=~".+"}[9999d])', '{ .a = "b" } >> { }']
const scalar = () => pick<unknown>([...strings, ...strings, 0, -1, 1, 1e9, 1.5, Number.MAX_SAFE_INTEGER, true, false, null])
const value = (depth = 0): unknown => { const r = random.next(); if (r < 0.75 || depth > 2) return scalar(); if (r < 0.9) return Array.from({ length: Math.floor(random.next() * 4) }, () => value(depth + 1)); return Object.fromEntries(Array.from({ length: 3 }, () => [pick(['a', '__proto__', 'name', 'value', 'duration', 'start', 'end']), value(depth + 1)])) }
const fitting = (schema: any): unknown => {
  if (schema.enum && random.next() < 0.9) return pick(schema.enum)
  if (schema.anyOf) return fitting(pick(schema.anyOf))
  if (random.next() < 0.1) return value()
  if (schema.type === 'array') return Array.from({ length: Math.floor(random.next() * 3) }, () => fitting(schema.items ?? {}))
  if (schema.type === 'object') return Object.fromEntries(Object.entries(schema.properties ?? {}).filter(([k]) => (schema.required ?? []).includes(k) || random.next() < 0.5).map(([k, v]) => [k, fitting(v)]))
  if (schema.type === 'integer' || schema.type === 'number') return pick([0, 1, 10, 100, -1, 1e9, schema.maximum ?? 5, schema.minimum ?? 0])
  if (schema.type === 'boolean') return random.next() < 0.5
  const s = pick(strings); return schema.maxLength ? s.slice(0, schema.maxLength) : s
}
beforeAll(async () => {
  server = await startServer(folder.path, ['ingest.host.enabled=true', 'mcp.requests_per_minute=100000'])
  await post(`${server.url}/loki/api/v1/push`, { streams: [{ stream: { service_name: 'billing', level: 'error' }, values: [[`${Date.now()}000000`, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!']] }] })
})
afterAll(async () => { await server?.stop(); folder.remove() })
it('tools over MCP', async () => {
  const per = Number(process.env.PER ?? 60)
  const odd: string[] = []; const slow: string[] = []; const statuses: Record<string, number> = {}
  for (const name of toolNames) {
    const schema = z.toJSONSchema(tools[name].input as z.ZodObject, { io: 'input' })
    let worst = 0
    for (let i = 0; i < per; i += 1) {
      const args = random.next() < 0.15 ? value() : fitting(schema)
      const startMs = performance.now()
      const response = await fetch(`${server.url}/mcp`, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }) })
      const text = await response.text()
      const ms = performance.now() - startMs
      worst = Math.max(worst, ms)
      if (response.status >= 500) odd.push(`${name} ${response.status} ${JSON.stringify(args).slice(0, 200)} ${text.slice(0, 200)}`)
      if (text.length > 1_500_000) odd.push(`${name} ${text.length} bytes`)
      if (ms > 1_000) slow.push(`${name} ${Math.round(ms)} ms ${JSON.stringify(args).slice(0, 300)}`)
      const sentence = /"sentence":"(.*?)"/.exec(text)?.[1] ?? ''
      if (/ failed: |TypeError|undefined|not of its own form|Something went wrong|INTERNAL|schema/.test(text) ) odd.push(`${name} ${JSON.stringify(args).slice(0, 200)} => ${text.slice(0, 500)}`)
      statuses[/"status":"(\w+)"/.exec(text)?.[1] ?? `http ${response.status}`] = (statuses[/"status":"(\w+)"/.exec(text)?.[1] ?? `http ${response.status}`] ?? 0) + 1
    }
    console.log(name, Math.round(worst))
  }
  console.log(JSON.stringify(statuses), '\nODD', odd.length, '\n' + odd.slice(0, 40).join('\n'), '\nSLOW', slow.length, '\n' + slow.slice(0, 20).join('\n'))
}, 400_000)
