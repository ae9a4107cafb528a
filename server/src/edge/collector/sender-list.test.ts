import { expect, it } from 'vitest'
import { plainAddress, senderList } from './sender-list.ts'

const GROUP = 'collector.syslog'

it('where no sender is named, only a loopback address may be listened on, unless senders show a certificate', () => {
  expect(senderList(GROUP, { host: '127.0.0.1', senders: [] }).allows('127.0.0.1')).toBe(true)
  expect(senderList(GROUP, { host: '0.0.0.0', senders: [], certified: true }).allows('10.1.2.3')).toBe(true)
  expect(() => senderList(GROUP, { host: '0.0.0.0', senders: [] })).toThrow(
    /name them in collector.syslog.senders/,
  )
})

it('addresses and networks named may send, no others', () => {
  const { allows } = senderList(GROUP, { host: '0.0.0.0', senders: ['10.0.0.0/8', '192.0.2.7', 'fd00::/8'] })
  expect(['10.1.2.3', '192.0.2.7', 'fd12::1'].map(allows)).toEqual([true, true, true])
  expect(['11.1.2.3', '192.0.2.8', 'fe80::1', '127.0.0.1'].map(allows)).toEqual([false, false, false, false])
})

it.each(['', 'host', '10.0.0.0/33', '10.0.0.0/', 'fd00::/129', '10.0.0/8'])('%j is no sender', (sender) => {
  expect(() => senderList(GROUP, { host: '127.0.0.1', senders: [sender] })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID' }),
  )
})

it('an address is without its zone, and one of IPv4 that came over IPv6 is itself', () => {
  expect(['::ffff:10.0.0.1', 'fe80::1%eth0', undefined].map(plainAddress)).toEqual([
    '10.0.0.1',
    'fe80::1',
    '',
  ])
})
