import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserJourney, withPage } from './browser.ts'

browserJourney('the browser of the journeys', () => {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(request.url === '/broken' ? '<script>throw new Error("seen")</script>' : '<h1>Here</h1>')
  })
  let origin: string
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => server.close())

  test('shows a page in the asked colour scheme', async () => {
    await withPage(
      async (page, problems) => {
        await page.goto(origin)
        expect(await page.textContent('h1')).toBe('Here')
        expect(await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true)
        expect(problems.filter((problem) => !problem.includes('favicon'))).toEqual([])
      },
      { colorScheme: 'dark' },
    )
  })

  test('tells what a page throws', async () => {
    await withPage(async (page, problems) => {
      await page.goto(`${origin}/broken`)
      expect(problems).toContain('seen')
    })
  })
})
