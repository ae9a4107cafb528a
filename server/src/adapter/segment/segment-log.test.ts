import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { drained, relayEntry, relayLogSuite } from '../../port/relay-log.suite.ts'
import { openDeadLetterFile, openSegmentLog, type SegmentLogOptions } from './index.ts'

const root = mkdtempSync(join(tmpdir(), 'aiops-segment-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const open = (name: string, options: Partial<SegmentLogOptions> = {}) =>
  openSegmentLog({
    ...{ folder: join(root, name), bytesMax: 2_000_000, whenFull: 'refuse', entryBytesMax: 300_000 },
    ...{ newId: () => `id-of-${name}` },
    ...options,
  })
const filesOf = (name: string): string[] =>
  readdirSync(join(root, name))
    .filter((file) => file.endsWith('.log'))
    .sort()
    .map((file) => join(root, name, file))
const numberOf = ({ path }: { path: string }): number => Number(path.split('=')[1])

relayLogSuite(open)

describe('files of segments', () => {
  it('go once all in them is released', async () => {
    const log = await open('gone')
    for (let n = 0; n < 30; n += 1) await log.append(relayEntry(n, 20_000))
    expect(filesOf('gone').length).toBeGreaterThan(3)
    await drained(log)
    expect(filesOf('gone')).toHaveLength(1)
    expect(log.usage()).toMatchObject({ waitingBytes: 0 })
    await log.close()
  })

  it('never take more than they may: what finds no room is refused and told when to come again', async () => {
    const log = await open('full')
    let taken = 0
    let refusal: unknown
    while (refusal === undefined)
      await log.append(relayEntry(taken, 50_000)).then(
        () => (taken += 1),
        (error) => (refusal = error),
      )
    expect(refusal).toMatchObject({ code: 'QUEUE_FULL', retryAfterSeconds: 30 })
    const bytes = filesOf('full').reduce((sum, file) => sum + statSync(file).size, 0)
    expect(bytes).toBeLessThanOrEqual(2_000_000)
    expect(bytes).toBeGreaterThan(1_900_000)
    // Room comes as whole files are sent on.
    await drained(log, 10)
    await log.append(relayEntry(taken, 50_000))
    expect((await drained(log)).map(numberOf)).toEqual(Array.from({ length: taken - 9 }, (_, n) => n + 10))
    expect(log.dropped()).toMatchObject({ requests: 0 })
    await log.close()
  })

  it('lose the oldest where that is wanted, and count what was lost, over restarts', async () => {
    let log = await open('drop', { whenFull: 'drop_oldest' })
    for (let n = 0; n < 100; n += 1) await log.append(relayEntry(n, 50_000))
    const bytes = filesOf('drop').reduce((sum, file) => sum + statSync(file).size, 0)
    expect(bytes).toBeLessThanOrEqual(2_000_000)
    const { requests, fromMs, toMs } = log.dropped()
    expect({ fromMs, toMs }).toEqual({ fromMs: 1_000, toMs: 1_000 + requests - 1 })
    await log.close()
    log = await open('drop', { whenFull: 'drop_oldest' })
    expect(log.dropped()).toMatchObject({ requests })
    const rest = await drained(log)
    expect(rest.map(numberOf)).toEqual(Array.from({ length: 100 - requests }, (_, n) => requests + n))
    await log.close()
  })

  it('keep their order, and count exactly what goes, while the oldest go under a reader', async () => {
    const log = await open('race', { bytesMax: 1_100_000, whenFull: 'drop_oldest' })
    const total = 2_000
    const seen: number[] = []
    let done = false
    const read = async (): Promise<void> => {
      for (;;) {
        const found = await log.next()
        if (!found && done) return
        if (found) seen.push(numberOf(found.entry))
        // Slower than what comes, so that there is something to drop.
        if (!found || seen.length % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
        if (found) await log.release(found.position)
      }
    }
    const reading = read()
    for (let n = 0; n < total; n += 10)
      await Promise.all(Array.from({ length: 10 }, (_, i) => log.append(relayEntry(n + i, 20_000))))
    done = true
    await reading
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b))
    expect(log.dropped().requests).toBeGreaterThan(0)
    expect(seen.length + log.dropped().requests).toBe(total)
    await log.close()
  })

  it('are passed over where a power failure brought back one that was released, and hold nobody up', async () => {
    let log = await open('back')
    for (let n = 0; n < 30; n += 1) await log.append(relayEntry(n, 20_000))
    const [first = ''] = filesOf('back')
    const released = readFileSync(first)
    await drained(log, 25)
    expect(filesOf('back')).not.toContain(first)
    await log.close()
    writeFileSync(first, released)
    log = await open('back')
    await log.append(relayEntry(500))
    expect((await drained(log)).map(numberOf)).toEqual([25, 26, 27, 28, 29, 500])
    expect(log.damaged()).toMatchObject({ requests: 0 })
    await log.close()
  })

  it('keep their name', async () => {
    await (await open('named')).close()
    const again = await open('named', { newId: () => 'another' })
    expect(again.id).toBe('id-of-named')
    await again.close()
  })

  it('do not count as lost what was sent on before', async () => {
    const log = await open('released', { whenFull: 'drop_oldest' })
    for (let n = 0; n < 30; n += 1) await log.append(relayEntry(n, 50_000))
    await drained(log, 20)
    for (let n = 30; n < 50; n += 1) await log.append(relayEntry(n, 50_000))
    expect(log.dropped()).toMatchObject({ requests: 0 })
    expect((await drained(log)).map(numberOf)).toEqual(Array.from({ length: 30 }, (_, n) => n + 20))
    await log.close()
  })

  it('are read up to the last whole entry, wherever a crash tore the last one', async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 400 }),
        fc.uint8Array({ maxLength: 60 }),
        async (count, cut, garbage) => {
          run += 1
          const name = `torn-${run}`
          let log = await open(name)
          for (let n = 0; n < count; n += 1) await log.append(relayEntry(n))
          await log.close()
          const [file = ''] = filesOf(name)
          const whole = statSync(file).size
          const kept = Math.max(0, whole - cut)
          truncateSync(file, kept)
          appendFileSync(file, garbage)
          log = await open(name)
          await log.append(relayEntry(500))
          const found = (await drained(log)).map(numberOf)
          expect(found.at(-1)).toBe(500)
          expect(found.slice(0, -1)).toEqual(Array.from({ length: found.length - 1 }, (_, n) => n))
          expect(found.length - 1).toBeGreaterThanOrEqual(Math.floor((kept / whole) * count) - 1)
          await log.close()
        },
      ),
      { numRuns: 60 },
    )
  })

  it('that are damaged cost the rest of that file, are counted, and hold nobody up', async () => {
    let log = await open('damaged')
    for (let n = 0; n < 30; n += 1) await log.append(relayEntry(n, 20_000))
    await log.close()
    const [first = ''] = filesOf('damaged')
    const bytes = readFileSync(first)
    bytes[bytes.length - 5] = bytes[bytes.length - 5]! ^ 0xff
    writeFileSync(first, bytes)
    log = await open('damaged')
    const found = (await drained(log)).map(numberOf)
    expect(found).toHaveLength(29)
    expect(log.damaged()).toMatchObject({ requests: 1 })
    await log.close()
  })

  it('survive a position that was torn, or is of a time before', async () => {
    let log = await open('position')
    for (let n = 0; n < 5; n += 1) await log.append(relayEntry(n))
    await drained(log, 3)
    await log.close()
    const path = join(root, 'position', 'position')
    const slots = readFileSync(path)
    slots[9] = slots[9]! ^ 0xff
    writeFileSync(path, slots)
    log = await open('position')
    // At least once: an entry may come again, none is left out.
    const found = (await drained(log)).map(numberOf)
    expect(found.slice(-2)).toEqual([3, 4])
    await log.close()
    writeFileSync(path, '')
    log = await open('position')
    await log.append(relayEntry(7))
    expect((await drained(log)).map(numberOf).at(-1)).toBe(7)
    await log.close()
  })
})

it('keeps what was refused elsewhere as lines of JSON, the newest where it becomes too much', async () => {
  const folder = join(root, 'dead')
  const letters = await openDeadLetterFile(folder, 10_000)
  for (let n = 0; n < 100; n += 1) await letters.add(relayEntry(n, 100), 400, 'out of bounds', 5_000)
  await letters.add(relayEntry(100, 50_000), 413, 'too large', 5_000)
  const files = readdirSync(folder).map((name) => join(folder, name))
  expect(files).toHaveLength(2)
  expect(files.reduce((sum, file) => sum + statSync(file).size, 0)).toBeLessThanOrEqual(10_000)
  const lines = readFileSync(join(folder, 'dead-letters.jsonl'), 'utf8').trimEnd().split('\n')
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ status: 413, body_bytes: 50_000 })
  const { body, ...about } = JSON.parse(lines.at(-2) ?? '')
  expect(about).toEqual({
    ...{ set_aside_at: '1970-01-01T00:00:05.000Z', received_at: '1970-01-01T00:00:01.099Z', status: 400 },
    ...{ reason: 'out of bounds', tenant: 'default', method: 'POST', path: '/api/v1/write?n=99' },
    headers: { 'content-type': 'application/x-protobuf' },
  })
  expect(Buffer.from(body, 'base64')).toEqual(relayEntry(99, 100).body)
})
