import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseEthdevStats, parsePmdStats } from './dpdk-telemetry.ts'

test('reads DPDK’s answer to /ethdev/stats', () => {
  const answer =
    '{"/ethdev/stats": {"ipackets": 10, "opackets": 5, "ibytes": 1, "obytes": 2, "imissed": 3, "ierrors": 0, "oerrors": 1, "rx_nombuf": 4, "q_ipackets": [10, 0]}}'
  expect(parseEthdevStats(answer, '0')).toEqual({
    ...{ port: '0', rx_packets: 10, tx_packets: 5, rx_errors: 0, tx_errors: 1, rx_missed: 3, rx_nombuf: 4 },
  })
})

test('what is no answer, or an empty one, is none', () => {
  for (const text of [
    '',
    '{',
    'null',
    '[]',
    '{"/info":{}}',
    '{"/ethdev/stats":null}',
    `"${'x'.repeat(2e6)}"`,
  ])
    expect(parseEthdevStats(text, '0')).toBeUndefined()
  expect(parseEthdevStats('{"/ethdev/stats":{"imissed":"many","ipackets":-1}}', '0')).toMatchObject({
    rx_missed: null,
    rx_packets: null,
  })
  fc.assert(fc.property(fc.string(), (text) => void parseEthdevStats(text, '0')))
})

const shown = `pmd thread numa_id 0 core_id 22:
  packets received: 17461158
  packet recirculations: 0
  avg. datapath passes per packet: 1.00
  miss with success upcall: 1
  miss with failed upcall: 6
  idle cycles: 4948219259 (25.81%)
  processing cycles: 14220835107 (74.19%)
  avg cycles per packet: 1097.81 (19169054366/17461158)
pmd thread numa_id 1 core_id 2:
    emc hits:14874381
    lost:3
    polling cycles:5460724802 (29.10%)
    processing cycles:13305794333 (70.90%)
main thread:
  packets received: 1
  processing cycles: 9
pmd thread numa_id 0 core_id 30:
`

test('reads what Open vSwitch shows of its polling threads, in its old and its new words', () => {
  const threads = parsePmdStats(shown)
  expect(
    threads.map(({ core, numaNode, busyRatio, lost }) => [core, numaNode, busyRatio?.toFixed(4), lost]),
  ).toEqual([
    [22, 0, '0.7419', 6],
    [2, 1, '0.7090', 3],
    // No cycle yet: it is not busy, it is unknown.
    [30, 0, undefined, null],
  ])
})

test('any text is read without complaint', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom(
          'pmd thread numa_id 0 core_id 1:\n',
          'processing cycles: 3\n',
          'x: 9\n',
          '::\n',
          '\n',
        ),
      ),
      (lines) => {
        for (const { busyRatio } of parsePmdStats(lines.join('')))
          if (busyRatio !== undefined) expect(busyRatio).toBeLessThanOrEqual(1)
      },
    ),
  )
})
