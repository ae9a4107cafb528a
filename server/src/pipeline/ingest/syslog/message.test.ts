import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseMessage } from './message.ts'
import { Zone } from './time.ts'

const utc = new Zone('UTC')
const received = Date.parse('2024-11-14T12:00:00Z')
const parse = (text: string, at = received, zone = utc) => {
  const { timeMs, ...rest } = parseMessage(text, at, zone)
  return { time: timeMs === null ? null : new Date(timeMs).toISOString(), ...rest }
}

describe('RFC 5424', () => {
  it.each([
    [
      "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \uFEFF'su root' failed for lonvick on /dev/pts/8",
      {
        time: '2003-10-11T22:14:15.003Z',
        severity: 2,
        facility: 4,
        host: 'mymachine.example.com',
        app: 'su',
        process: '',
        messageId: 'ID47',
        structured: [],
        text: "'su root' failed for lonvick on /dev/pts/8",
      },
    ],
    [
      "<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts.",
      {
        time: '2003-08-24T12:14:15.000Z',
        severity: 5,
        facility: 20,
        host: '192.0.2.1',
        app: 'myproc',
        process: '8710',
        text: "%% It's time to make the do-nuts.",
      },
    ],
    [
      '<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"][examplePriority@32473 class="high"]',
      {
        structured: [
          ['exampleSDID@32473.iut', '3'],
          ['exampleSDID@32473.eventSource', 'Application'],
          ['exampleSDID@32473.eventID', '1011'],
          ['examplePriority@32473.class', 'high'],
        ],
        text: '',
      },
    ],
  ])("reads the RFC's own example %#", (text, message) => {
    expect(parse(text)).toMatchObject(message)
  })

  it('leaves open what a message leaves open', () => {
    expect(parse('<0>1 - - - - - - x')).toEqual({
      time: null,
      severity: 0,
      facility: 0,
      host: '',
      app: '',
      process: '',
      messageId: '',
      structured: [],
      text: 'x',
    })
    expect(parse('<191>1 - - - - - -').text).toBe('')
  })

  it('is the same with the second space that rsyslog writes', () => {
    expect(parse('<36>1 2024-11-14T11:00:00.1+00:00 machine-1 checkout - - -  card refused').text).toBe(
      'card refused',
    )
  })

  it.each([
    ['2024-02-30T00:00:00Z', 'UTC'],
    ['2024-02-30T00:00:00', 'Europe/Madrid'],
    ['2003-50-11T22:14:15', 'America/New_York'],
  ])('with a date that does not exist, %s in %s, keeps all else', (date, zone) => {
    expect(parse(`<1>1 ${date} h a - - - x`, received, new Zone(zone))).toMatchObject({
      time: null,
      host: 'h',
      app: 'a',
      text: 'x',
    })
  })

  it('undoes the escapes of structured data and no others', () => {
    expect(parse('<1>1 - - - - - [a b="x\\"y\\\\z\\]w\\q"][c] t')).toMatchObject({
      structured: [
        ['a.b', 'x"y\\z]w\\q'],
        ['c', 'true'],
      ],
      text: 't',
    })
  })

  it('keeps as text what was to be structured data and is not', () => {
    expect(parse('<1>1 - h a - - [ok x="1"][broken x=1] t')).toMatchObject({
      host: 'h',
      structured: [['ok.x', '1']],
      text: '[broken x=1] t',
    })
  })
})

describe('RFC 3164 as it is found', () => {
  it.each([
    [
      "<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8",
      {
        time: '2024-10-11T22:14:15.000Z',
        host: 'mymachine',
        app: 'su',
        text: "'su root' failed for lonvick on /dev/pts/8",
      },
    ],
    [
      '<13>Nov  4 01:02:03 web1 sshd[4711]: Accepted',
      { host: 'web1', app: 'sshd', process: '4711', text: 'Accepted' },
    ],
    [
      '<30>2024-11-14T11:59:59.123456+01:00 web1 systemd[1]: Started x.',
      { time: '2024-11-14T10:59:59.123Z', host: 'web1', app: 'systemd', process: '1', text: 'Started x.' },
    ],
    ['<13>Nov 14 11:00:00 kernel: oops', { host: '', app: 'kernel', text: 'oops' }],
    ['<13>Nov 14 11:00:00 fe80::1 dhcpd: x', { host: 'fe80::1', app: 'dhcpd', text: 'x' }],
    [
      '<189>123: *Mar  1 18:46:11.123 UTC: %SYS-5-CONFIG_I: Configured from console',
      { time: '2024-03-01T18:46:11.123Z', app: '%SYS-5-CONFIG_I', text: 'Configured from console' },
    ],
    ['<189>Mar  1 2022 18:46:11: %ASA-6-302: Built', { time: '2022-03-01T18:46:11.000Z', app: '%ASA-6-302' }],
    ['<5>just text', { time: null, severity: 5, host: '', app: '', text: 'just text' }],
    ['<13>cron[12]: x', { app: 'cron', process: '12', text: 'x' }],
    ['no priority: at all', { severity: null, facility: null, app: '', text: 'no priority: at all' }],
    ['<192>Oct 11 22:14:15 h a: b', { severity: null, text: '<192>Oct 11 22:14:15 h a: b' }],
    ['<34>1 nonsense', { severity: 2, app: '', text: '1 nonsense' }],
    ['<13>Feb 31 00:00:00 h a: b', { time: null, host: 'h', app: 'a', text: 'b' }],
    [
      '<13>Nov 14 11:00:00 host message without a tag',
      { host: 'host', app: 'message', text: 'without a tag' },
    ],
  ])('%s', (text, message) => {
    expect(parse(text)).toMatchObject(message)
  })

  it.each([
    ['Dec 31 23:59:59', '2024-01-01T00:00:10Z', '2023-12-31T23:59:59.000Z'],
    ['Jan  1 00:00:10', '2023-12-31T23:59:59Z', '2024-01-01T00:00:10.000Z'],
    ['Feb 29 12:00:00', '2024-03-01T00:00:00Z', '2024-02-29T12:00:00.000Z'],
    ['Feb 29 12:00:00', '2025-01-10T00:00:00Z', '2024-02-29T12:00:00.000Z'],
    ['Feb 29 12:00:00', '2026-03-01T00:00:00Z', null],
    ['Jun 30 23:59:60', '2016-07-01T00:00:01Z', '2016-07-01T00:00:00.000Z'],
    ['Apr 14 12:00:00', '2024-11-14T12:00:00Z', '2024-04-14T12:00:00.000Z'],
    ['Nov 20 12:00:00', '2024-11-14T12:00:00Z', '2023-11-20T12:00:00.000Z'],
  ])('%s received at %s is %s', (stamp, at, time) => {
    expect(parse(`<13>${stamp} h a: b`, Date.parse(at)).time).toBe(time)
  })

  it.each([
    ['Europe/Madrid', 'Jan 10 12:00:00', '2024-01-10T11:00:00.000Z'],
    ['Europe/Madrid', 'Jul 10 12:00:00', '2024-07-10T10:00:00.000Z'],
    ['Asia/Kathmandu', 'Jul 10 12:00:00', '2024-07-10T06:15:00.000Z'],
    ['America/New_York', 'Mar 10 03:00:00', '2024-03-10T07:00:00.000Z'],
    ['Mars/Olympus', 'Jul 10 12:00:00', '2024-07-10T12:00:00.000Z'],
  ])('a local time in %s: %s', (zone, stamp, time) => {
    expect(parse(`<13>${stamp} h a: b`, received, new Zone(zone)).time).toBe(time)
  })
})

it('any text is a message, with nothing lost of what it cannot name', () => {
  const part = fc.constantFrom(
    '<',
    '13',
    '>',
    '1 ',
    '- ',
    '[',
    ']',
    '"',
    '\\',
    '=',
    'Oct 11 22:14:15 ',
    'a',
    ' ',
    ':',
    '\uFEFF',
    '\n',
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 80 }), (parts) => {
      const text = parts.join('')
      const message = parseMessage(text, received, utc)
      expect(text.endsWith(message.text)).toBe(true)
    }),
    { numRuns: 3_000 },
  )
})
