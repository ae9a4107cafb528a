import { expect, it } from 'vitest'
import type { Entry } from '../../port/telemetry-log.ts'
import { asReceived, withReceipt } from './receipt.ts'

const entry = { receivedMs: 9_000 } as Entry
const nowMs = 1_800_000_000_000

it('counts a request that was kept on its way as received when it was kept', async () => {
  const headers = { 'x-aiops-received-ms': String(nowMs - 60_000) }
  const seen = await withReceipt(headers, nowMs, async () => {
    await Promise.resolve()
    return asReceived(entry).receivedMs
  })
  expect(seen).toBe(nowMs - 60_000)
  expect(asReceived(entry)).toBe(entry)
})

it.each(['', 'soon', '-5', '1e3', String(nowMs + 1), '1000', '9'.repeat(40)])(
  'goes by its own clock where a request says %j',
  (text) => {
    expect(withReceipt({ 'x-aiops-received-ms': text }, nowMs, () => asReceived(entry))).toBe(entry)
  },
)
