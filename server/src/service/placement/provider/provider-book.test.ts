import { expect, test } from 'vitest'
import { isoTime } from '../../../kernel/clock.ts'
import { readingOf, startMs } from '../placement-rig.suite.ts'
import { ProviderBook } from './provider-book.ts'
import { pointsOf, readingsOf, samplesOf, selectorOf } from './provider-series.ts'
import { alignedColumns, ReadingWindow } from './window.ts'

const bookOf = (seriesMax = 100) =>
  new ProviderBook({ stepMs: 300_000, steps: 72, seriesMax, staleMs: 300_000 })
const placed = (provider: string, source: 'TELEMETRY' | 'DEPLOYMENT' | 'API', atMs = startMs) => ({
  ...{ service: 'cart', provider, region: null, instance: null, since: isoTime(atMs), source },
})

test('what was applied is believed before what senders see, and that before what somebody said; who says otherwise is named', () => {
  const book = bookOf()
  expect(book.place(placed('aws', 'API'))).toBe(true)
  expect(book.place(placed('gcp', 'TELEMETRY'))).toBe(true)
  expect(book.place(placed('alibaba', 'DEPLOYMENT', startMs + 1))).toBe(true)
  expect(book.place(placed('aws', 'TELEMETRY'))).toBe(false)
  expect(book.placement('cart')).toMatchObject({ provider: 'alibaba', source: 'DEPLOYMENT' })
  expect(book.notices(startMs)[0]).toContain('told otherwise. deployment says alibaba')
})

test('a placement that is said again keeps its since', () => {
  const book = bookOf()
  book.place(placed('aws', 'API'))
  book.place(placed('aws', 'API', startMs + 60_000))
  expect(book.placement('cart')?.since).toBe(isoTime(startMs))
})

test('a reading is stale after its time, and says how old it is; an older one never takes its place', () => {
  const book = bookOf()
  book.read(readingOf('aws', { cost: 1 }))
  expect(book.read(readingOf('aws', { cost: 9, at: isoTime(startMs - 60_000), source: 'late' }))).toBe(false)
  expect(book.readings(startMs + 301_000, ['cart'])).toMatchObject([
    { cost_hourly_usd: 1, age_seconds: 301, stale: true },
  ])
  expect(book.readings(startMs + 60_000, [])).toMatchObject([{ stale: false }])
})

test('sources that contradict each other are both named, and the newer is used', () => {
  const book = bookOf()
  book.read(readingOf('aws', { cost: 1, source: 'file' }))
  book.read(readingOf('aws', { cost: 2, source: 'api', at: isoTime(startMs + 1_000) }))
  expect(book.notices(startMs + 2_000)).toEqual([
    'cart at aws: api says $2/h, file says $1/h; the newer is used.',
  ])
  expect(book.notices(startMs + 400_000)).toEqual([])
})

test('there is room for so many pairs, and known ones are still taken', () => {
  const book = bookOf(1)
  book.read(readingOf('aws'))
  expect(() => book.read(readingOf('gcp'))).toThrow('There is no room for cart at gcp')
  expect(book.read(readingOf('aws', { at: isoTime(startMs + 1_000) }))).toBe(true)
})

test('readings survive as series: written, read back, and told as the same numbers', () => {
  const reading = readingOf('aws', { cost: 1.25 })
  const samples = samplesOf([reading, readingOf('alibaba')], () => 'aws')
  expect(
    samples.filter(({ labels }) => labels.__name__ === 'swen_service_placement').map(({ value }) => value),
  ).toEqual([1, 0])
  const { readings, placements } = readingsOf(samples)
  expect(readings[0]).toEqual(reading)
  expect(placements).toEqual([{ service: 'cart', provider: 'aws', atMs: startMs }])
  const points = [
    ...pointsOf(samples.map(({ labels, timeMs, value }) => ({ labels, timesMs: [timeMs], values: [value] }))),
  ]
  expect(points.some((point) => point.provider === 'aws' && point.cost_hourly_usd === 1.25)).toBe(true)
  expect(selectorOf(['a.b'])).toContain('service=~"a\\\\.b"')
})

test('columns cover the time that all windows have in common, and gaps have what came before', () => {
  const [a, b] = [new ReadingWindow(1_000, 10), new ReadingWindow(1_000, 10)]
  for (const at of [0, 1, 2, 4, 5]) a.add(at * 1_000, [at, 10, null, null])
  for (const at of [2, 3, 5]) b.add(at * 1_000, [at * 2, null, 1, null])
  const columns = alignedColumns([a, b, undefined], 5_500, 1_000)
  expect([...columns[0]![0]!]).toEqual([2, 2, 4, 5])
  expect([...columns[1]![0]!]).toEqual([4, 6, 6, 10])
  expect(columns[0]![1]).toBeNull()
  expect(columns[2]).toEqual([null, null, null, null])
  a.add(50_000, [7, 1, null, null])
  a.add(1_000, [99, 1, null, null])
  expect(a.firstCost(50)).toBe(50)
})
