import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { createClient, type Client } from '@aiops/contract/client'
import { beforeAll, afterAll, it, vi } from 'vitest'
import { startServer, temporaryFolder, type Server } from './server.ts'
const folder = temporaryFolder('zz2')
let server: Server
const people = { anna: ['admin', 'default'], ben: ['operator', 'default'], victor: ['viewer', 'default'], olga: ['admin', 'other'] } as const
const keyOf = (n: string) => `key-of-${n}`
const c: Record<string, Client> = {}
beforeAll(async () => {
  const keys = Object.entries(people).map(([name, [role, tenant]]) => `{name: ${name}, role: ${role}, tenant: ${tenant}, sha256: "${createHash('sha256').update(keyOf(name)).digest('hex')}"}`)
  server = await startServer(folder.path, ['ingest.host.enabled=false', 'auth.tenants=[default, other]', `auth.api_keys=[${keys.join(', ')}]`, 'intelligence.chat.messages_per_minute=6000', 'intelligence.chat.messages_burst=500', 'mcp.requests_per_minute=100000'])
  for (const n of Object.keys(people)) c[n] = createClient({ url: server.url, token: keyOf(n) })
})
afterAll(async () => { await server?.stop(); folder.remove() })
const req = async (who: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const r = await fetch(server.url + path, { method, headers: { ...(who ? { authorization: `Bearer ${keyOf(who)}` } : {}), ...(body !== undefined ? { 'content-type': 'application/json' } : {}), ...headers }, ...(body !== undefined ? { body: typeof body === 'string' ? body : JSON.stringify(body) } : {}), signal: AbortSignal.timeout(8000) }).catch((e) => ({ status: 0, text: async () => String(e), headers: new Headers() }) as unknown as Response)
  return { status: r.status, text: (await r.text()).slice(0, 300), headers: r.headers }
}
const show = (label: string, r: { status: number; text: string }) => console.log(label.padEnd(60), r.status, r.text.slice(0, 140).replace(/\n/g, ' '))
it('matrix', async () => {
  const s = await c.anna!.createChatSession({ body: {} })
  const bs = await c.ben!.createChatSession({ body: {} })
  const a = await c.anna!.addChatAttachment({ params: { id: s.id }, body: { name: '../../x\r\nset-cookie: a=b.txt', media_type: 'text/plain', text: 'secret of anna PLANTED' } } as never).catch((e) => { console.log('attach', String(e)); return { id: 'none' } as { id: string } })
  const m = await c.anna!.sendChatMessage({ params: { id: s.id }, body: { content: 'What is broken?' } })
  for (const who of ['ben', 'victor', 'olga', '']) {
    const p = `/api/v1/chat/sessions/${s.id}`
    for (const [method, path, body] of [['GET', p], ['GET', `${p}/messages`], ['GET', `${p}/export`], ['PATCH', p, { title: 'x' }], ['DELETE', p], ['POST', `${p}/messages`, { content: 'hi' }], ['POST', `${p}/messages/${m.id}/stop`, {}], ['POST', `${p}/attachments`, { name: 'x.txt', media_type: 'text/plain', text: 'x' }], ['GET', `${p}/stream?message_id=${m.id}&after=0`], ['POST', `${p}/stream`, { content: 'hi' }]] as const) show(`${who} ${method} ${path.slice(40)}`, await req(who, method, path, body))
  }
  show('ben uses anna attachment', await req('ben', 'POST', `/api/v1/chat/sessions/${bs.id}/messages`, { content: 'summarise it', attachment_ids: [a.id] }))
  show('ben anna message in own session', await req('ben', 'GET', `/api/v1/chat/sessions/${bs.id}/stream?message_id=${m.id}&after=0`))
  show('ben stop anna message in own', await req('ben', 'POST', `/api/v1/chat/sessions/${bs.id}/messages/${m.id}/stop`, {}))
  await c.anna!.updateChatSession({ params: { id: s.id }, body: { shared: true } })
  show('shared: ben get', await req('ben', 'GET', `/api/v1/chat/sessions/${s.id}`))
  show('shared: ben patch', await req('ben', 'PATCH', `/api/v1/chat/sessions/${s.id}`, { shared: false }))
  show('shared: ben delete', await req('ben', 'DELETE', `/api/v1/chat/sessions/${s.id}`))
  show('shared: victor post', await req('victor', 'POST', `/api/v1/chat/sessions/${s.id}/messages`, { content: 'hi' }))
  show('shared: olga get', await req('olga', 'GET', `/api/v1/chat/sessions/${s.id}`))
  show('shared: ben uses attachment', await req('ben', 'POST', `/api/v1/chat/sessions/${s.id}/messages`, { content: 'restart billing', attachment_ids: [a.id] }))
  // reports
  const r = await c.anna!.createReport({ body: { report_type: 'EXECUTIVE_SUMMARY', format: 'HTML', title: '"><script>alert(1)</script>\r\nx: y ../../../ é' } } as never).catch(async (e) => { console.log('title refused', String(e)); return c.anna!.createReport({ body: { report_type: 'EXECUTIVE_SUMMARY', format: 'HTML', title: '"><script>alert(1)</script> ../../../ é "x' } } as never) })
  await vi.waitUntil(async () => (await c.anna!.getReport({ params: { id: r.id } })).status !== 'PENDING', { timeout: 10000 })
  for (const who of ['olga', 'victor', '']) for (const [method, path] of [['GET', `/api/v1/reports/${r.id}`], ['GET', `/api/v1/reports/${r.id}/document`], ['GET', `/api/v1/reports/${r.id}/download`], ['DELETE', `/api/v1/reports/${r.id}`]] as const) show(`${who} ${method} ${path.slice(50)}`, await req(who, method, path))
  for (const [method, h] of [['GET', {}], ['HEAD', {}], ['GET', { range: 'bytes=0-10' }], ['GET', { range: 'bytes=99999999-' }]] as const) { const x = await req('anna', method, `/api/v1/reports/${r.id}/download?inline=1`, undefined, h); console.log('download', method, h, x.status, x.headers.get('content-disposition'), x.headers.get('content-security-policy'), x.headers.get('content-type'), x.headers.get('accept-ranges'), x.text.includes('<script>')) }
  for (const id of ['..', '%2e%2e', '..%2f..%2fetc%2fpasswd', '%00', '__proto__', 'a'.repeat(5000), '%ff', '%ed%a0%80']) { for (const p of [`/api/v1/reports/${id}/download`, `/api/v1/reports/${id}`, `/api/v1/chat/sessions/${id}`, `/api/v1/chat/sessions/${id}/stream`, `/api/v1/chat/sessions/${id}/export`, `/api/v1/personas/${id}`, `/api/v1/report-schedules/${id}`]) { const x = await req('anna', p.includes('schedules') ? 'DELETE' : 'GET', p); if (x.status >= 500 || x.status === 200 || x.status === 0) show(p.slice(0, 60), x) } }
  show('victor createReport', await req('victor', 'POST', '/api/v1/reports', { report_type: 'EXECUTIVE_SUMMARY' }))
  show('victor schedule', await req('victor', 'POST', '/api/v1/report-schedules', { report_type: 'EXECUTIVE_SUMMARY', cron: '0 7 * * 1' }))
  show('victor create session', await req('victor', 'POST', '/api/v1/chat/sessions', {}))
  show('victor persona', await req('victor', 'POST', '/api/v1/personas', { id: 'v', name: 'V', capabilities: [] }))
  const T = async (label: string, f: () => Promise<{ status: number; text: string }>) => { const t = performance.now(); const x = await f(); show(`${label} ${Math.round(performance.now() - t)}ms`, x) }
  for (const cron of ['0 0 30 2 *', '0 0 31 2,4,6 1#5', '59 3 * * *', '0-59 3 * * *', '* * * * *', '0,1 0 1 1 *', '@yearly', '0 0 L * *', `${'1,'.repeat(2000)}1 * * * *`, '*/0 * * * *', '1-1-1 * * * *', '0 0 29 2 1#5', 'a b c d e', '0 0 * * 8', '\u0660 0 * * *']) await T(`cron ${cron.slice(0, 30)}`, () => req('anna', 'POST', '/api/v1/report-schedules', { report_type: 'EXECUTIVE_SUMMARY', cron, title: 'x' }))
  show('lookback', await req('anna', 'POST', '/api/v1/report-schedules', { report_type: 'EXECUTIVE_SUMMARY', cron: '0 7 * * 1', title: 'x', lookback: '99999999999999999999d' }))
  show('lookback', await req('anna', 'POST', '/api/v1/report-schedules', { report_type: 'EXECUTIVE_SUMMARY', cron: '0 7 * * 1', title: 'x', lookback: '-5d' }))
  for (const range of [{ duration: '0s' }, { duration: '9999999d' }, { start: '2026-01-01T00:00:00Z', end: '2020-01-01T00:00:00Z' }, { start: '0001-01-01T00:00:00Z', end: '9999-12-31T00:00:00Z' }, { duration: '__proto__' }]) await T(`report range ${JSON.stringify(range).slice(0, 40)}`, () => req('anna', 'POST', '/api/v1/reports', { report_type: 'EXECUTIVE_SUMMARY', format: 'JSON', time_range: range }))
  // personas
  await c.anna!.createPersona({ body: { id: 'anna-secret', name: 'S', capabilities: ['query_logs'], system_prompt: 'x', shared: false } } as never)
  await c.anna!.createPersona({ body: { id: 'anna-shared', name: 'S', capabilities: ['propose_runbook', 'create_report', 'query_logs'], system_prompt: 'x', shared: true } } as never)
  for (const who of ['ben', 'olga']) for (const id of ['anna-secret', 'anna-shared']) { show(`${who} get ${id}`, await req(who, 'GET', `/api/v1/personas/${id}`)); show(`${who} del ${id}`, await req(who, 'DELETE', `/api/v1/personas/${id}`)); show(`${who} put ${id}`, await req(who, 'PUT', `/api/v1/personas/${id}`, { name: 'mine', capabilities: [] })); show(`${who} ask ${id}`, await req(who, 'POST', '/api/v1/ask', { question: 'hi', persona_id: id })); show(`${who} session ${id}`, await req(who, 'POST', '/api/v1/chat/sessions', { persona_id: id })) }
  show('ben create same id', await req('ben', 'POST', '/api/v1/personas', { id: 'anna-secret', name: 'x', capabilities: [] }))
  for (const id of ['__proto__', 'constructor', 'toString']) show(`ask persona ${id}`, await req('ben', 'POST', '/api/v1/ask', { question: 'hi', persona_id: id }))
  show('victor asks shared persona to write a report', await req('victor', 'POST', '/api/v1/ask', { question: 'Write an executive report', persona_id: 'anna-shared' }))
  show('reports', { status: 0, text: JSON.stringify((await c.anna!.listReports({})).items.map((x: { title: string; generated_by: string }) => [x.title, x.generated_by])) })
  // CSRF, hosts
  const deep = `{"question":${'['.repeat(200000)}${']'.repeat(200000)}}`
  for (const path of ['/api/v1/ask', '/api/v1/chat/sessions', `/api/v1/chat/sessions/${s.id}/messages`, `/api/v1/chat/sessions/${s.id}/stream`, '/mcp', '/api/v1/reports', '/api/v1/analysis/anomaly']) {
    show(`text/plain ${path}`, await req('anna', 'POST', path, '{"question":"hi","content":"hi"}', { 'content-type': 'text/plain' }))
    show(`form ${path}`, await req('anna', 'POST', path, 'question=hi', { 'content-type': 'application/x-www-form-urlencoded' }))
    show(`origin ${path}`, await req('anna', 'POST', path, '{"question":"hi","content":"hi"}', { origin: 'http://evil.example' }))
    await T(`deep ${path}`, () => req('anna', 'POST', path, deep))
    await T(`deep objects ${path}`, () => req('anna', 'POST', path, `${'{"a":'.repeat(100000)}1${'}'.repeat(100000)}`))
    await T(`big ${path}`, () => req('anna', 'POST', path, JSON.stringify({ question: 'x'.repeat(30_000_000) })))
  }
  const raw = (bytes: Buffer) => new Promise<string>((res) => { const { port } = new URL(server.url); const k = connect(Number(port), '127.0.0.1', () => k.write(bytes)); let t = ''; k.on('data', (d) => { t += d; if (t.includes('\r\n\r\n')) k.destroy() }); k.on('close', () => res(t.split('\r\n')[0] + ' ' + t.split('\r\n\r\n')[1]?.slice(0, 120))); k.on('error', () => res('error')); setTimeout(() => k.destroy(), 4000) })
  for (const path of ['/api/v1/ask', '/mcp', `/api/v1/chat/sessions/${s.id}/stream`, `/api/v1/chat/sessions/${s.id}/socket`, `/api/v1/reports/${r.id}/download`]) {
    const m_ = /stream|ask|mcp/.test(path) ? 'POST' : 'GET'
    const body = Buffer.concat([Buffer.from('{"question":"'), Buffer.from([0xff, 0xfe, 0xc3, 0x28]), Buffer.from('","content":"x"}')])
    console.log('utf8', path.slice(0, 30), await raw(Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${keyOf('anna')}\r\ncontent-type: application/json\r\naccept: application/json, text/event-stream\r\ncontent-length: ${body.length}\r\n\r\n`), body])))
    console.log('host', path.slice(0, 30), await raw(Buffer.from(`${m_} ${path} HTTP/1.1\r\nhost: evil.example\r\ncontent-type: application/json\r\nauthorization: Bearer ${keyOf('anna')}\r\ncontent-length: 2\r\n\r\n{}`)))
    console.log('ws evil', path.slice(0, 30), await raw(Buffer.from(`GET ${path} HTTP/1.1\r\nhost: localhost\r\norigin: http://evil.example\r\nauthorization: Bearer ${keyOf('anna')}\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`)))
  }
  // mcp sessions
  const init = await fetch(`${server.url}/mcp`, { method: 'POST', headers: { authorization: `Bearer ${keyOf('anna')}`, 'content-type': 'application/json', accept: 'application/json, text/event-stream' }, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } } }) })
  const sid = init.headers.get('mcp-session-id') ?? ''
  await init.text()
  for (const who of ['ben', 'olga', 'victor']) { show(`${who} mcp session of anna`, await req(who, 'POST', '/mcp', { jsonrpc: '2.0', id: 2, method: 'tools/list' }, { 'mcp-session-id': sid, accept: 'application/json, text/event-stream' })); show(`${who} ends it`, await req(who, 'DELETE', '/mcp', undefined, { 'mcp-session-id': sid })) }
  for (const [name, args] of [['create_report', { report_type: 'EXECUTIVE_SUMMARY' }], ['propose_runbook', { runbook_id: 'x', incident_id: 'y' }]] as const) for (const who of ['victor', 'ben']) show(`${who} mcp ${name}`, await req(who, 'POST', '/mcp', { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name, arguments: args } }, { accept: 'application/json, text/event-stream' }))
  const audit = await req('anna', 'GET', '/api/v1/audit?limit=200')
  const full = await (await fetch(`${server.url}/api/v1/audit?limit=500`, { headers: { authorization: `Bearer ${keyOf('anna')}` } })).json().catch(() => ({}))
  console.log('audit', audit.status, JSON.stringify(full).length, [...new Set([...JSON.stringify(full).matchAll(/"action":"(\w+)"/g)].map((x) => x[1]))])
  show('after all', await req('anna', 'POST', '/api/v1/ask', { question: 'What is broken?' }))
}, 200_000)
