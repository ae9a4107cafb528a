import { expect, test } from 'vitest'
import { tailLines } from './tail-message.ts'

test('lines of all streams come in order of time, with how many were left out', () => {
  const { lines, dropped } = tailLines({
    streams: [
      { stream: { service_name: 'a', detected_level: 'error' }, values: [['1795250508229000003', 'third']] },
      {
        stream: { service_name: 'b' },
        values: [
          ['1795250508229000001', 'first'],
          ['1795250508229000002', 'second'],
        ],
      },
    ],
    dropped_entries: [{}, {}],
  })
  expect(lines.map(({ message }) => message)).toEqual(['first', 'second', 'third'])
  expect(lines[2]?.level).toBe('ERROR')
  expect(dropped).toBe(2)
  expect(tailLines({ streams: null })).toEqual({ lines: [], dropped: 0 })
})
