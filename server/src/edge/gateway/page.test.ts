import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ErrorBody } from '@aiops/contract/error'
import { describe, expect, it } from 'vitest'
import { openGateway, rawGet, temporaryFolder } from './open-gateway.suite.ts'

function webFolder(): string {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'web/assets'), { recursive: true })
  writeFileSync(join(folder, 'web/index.html'), '<!doctype html><title>AIOps</title>')
  writeFileSync(join(folder, 'web/assets/app-1a2b3c.js'), 'start()')
  writeFileSync(join(folder, 'web/favicon.svg'), '<svg/>')
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  return join(folder, 'web')
}
const openWithWeb = () => openGateway({ deps: { webFolder: webFolder() } })

describe('the web app', () => {
  it.each(['/', '/incidents', '/incidents/12', '/explore?match=a.b', '/cost?tab=budgets'])(
    'is its index at %s',
    async (path) => {
      const { get } = await openWithWeb()
      const response = await get(path, { headers: { accept: 'text/html' } })
      expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-cache'])
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(await response.text()).toContain('<title>AIOps</title>')
    },
  )

  it('has assets that are kept for good, since their name changes with their content', async () => {
    const { get } = await openWithWeb()
    const asset = await get('/assets/app-1a2b3c.js')
    expect(await asset.text()).toBe('start()')
    expect(asset.headers.get('cache-control')).toContain('immutable')
    expect((await get('/favicon.svg')).headers.get('cache-control')).toBe('no-cache')
  })

  it.each([
    '/assets/gone.js',
    '/api',
    '/api/v2/incidents',
    '/v1/nothing',
    '/wsx.js',
    '/docs/nothing',
    '/metrics/x',
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/..%5csecret.txt',
    '/assets/..%00/secret.txt',
    '/.env',
  ])('is not behind %s', async (path) => {
    const { port } = await openWithWeb()
    const { status, body } = await rawGet(port, path, { accept: 'text/html' })
    expect(status).toBe(404)
    expect(ErrorBody.parse(JSON.parse(body)).error.code).toBe('NOT_FOUND')
  })

  it('that is not built says how to build it', async () => {
    const { get } = await openGateway()
    const response = await get('/')
    expect(response.status).toBe(404)
    expect(await response.text()).toContain('npm run build')
  })
})

describe('what every answer carries', () => {
  it.each(['/', '/health', '/api/v1/nothing', '/assets/app-1a2b3c.js'])(
    'keeps %s from other pages',
    async (path) => {
      const { get } = await openWithWeb()
      const { headers } = await get(path)
      expect(Object.fromEntries(headers)).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'content-security-policy': expect.stringMatching(/default-src 'self'.*frame-ancestors 'none'/),
      })
      expect(headers.get('access-control-allow-origin')).toBeNull()
    },
  )

  it('keeps answers of the API out of caches', async () => {
    const { get } = await openGateway()
    expect((await get('/api/v1/incidents')).headers.get('cache-control')).toBe('no-store')
  })
})

describe('the pages for programs and their authors', () => {
  it('are the metrics, as text with the requests counted by route and not by path', async () => {
    const { get } = await openGateway()
    await get('/api/v1/incidents/1')
    await get('/api/v1/incidents/2')
    const response = await get('/metrics')
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(await response.text()).toContain(
      'aiops_api_requests_total{endpoint="/api/v1/incidents/:id",method="GET",status_code="200"} 2',
    )
  })

  it('are the OpenAPI document', async () => {
    const { get } = await openGateway()
    expect(await (await get('/openapi.json')).json()).toMatchObject({
      openapi: '3.1.0',
      info: { version: '1.2.3' },
    })
  })

  it('are the same document whole for its page, also where that is the first to ask', async () => {
    const { get } = await openGateway()
    const shown = (await (await get('/docs/json')).json()) as { paths: object }
    expect(Object.keys(shown.paths).length).toBeGreaterThan(10)
    expect(await (await get('/openapi.json')).json()).toEqual(shown)
  })

  it('are a page of the API that needs nothing from outside', async () => {
    const { get } = await openGateway()
    const page = await get('/docs')
    expect(page.headers.get('content-type')).toContain('text/html')
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'self'/)
    const html = await page.text()
    const parts = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part]) => part ?? '')
    expect(parts.length).toBeGreaterThan(3)
    for (const part of parts) {
      const { origin, pathname } = new URL(part, page.url)
      expect(origin).toBe(new URL(page.url).origin)
      expect([part, (await get(pathname)).status]).toEqual([part, 200])
    }
    expect(await (await get('/docs/static/swagger-initializer.js')).text()).toContain('"validatorUrl":null')
  })
})
