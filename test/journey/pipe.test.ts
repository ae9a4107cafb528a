import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** More than a pipe holds (64 KiB on Linux). */
const answer = JSON.stringify({ incidents: [], total: 0, limit: 1, offset: 0, padding: 'x'.repeat(300_000) })
const server = createServer((_request, response) => response.end(answer))
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => void server.close())

test('a reader that is slow gets all that a command prints', async () => {
  const { port } = server.address() as AddressInfo
  const command = `"${process.execPath}" server/bin/aiops.js incidents --json --url http://127.0.0.1:${port}`
  const { stdout } = await promisify(execFile)('sh', ['-c', `${command} | (sleep 1; wc -c)`])
  expect(Number(stdout)).toBeGreaterThan(answer.length)
})

test('a reader that has seen enough ends the command, without a word', async () => {
  const { port } = server.address() as AddressInfo
  const command = `"${process.execPath}" server/bin/aiops.js incidents --json --url http://127.0.0.1:${port}`
  const { stdout, stderr } = await promisify(execFile)('bash', [
    ...['-c', `${command} | head -c 10; echo " ended \${PIPESTATUS[0]}"`],
  ])
  expect(stdout.slice(10)).toBe(' ended 0\n')
  expect(stderr).toBe('')
})
