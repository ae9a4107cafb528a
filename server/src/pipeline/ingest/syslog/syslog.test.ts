import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFault } from '../../../kernel/fault.ts'
import { Rig } from '../rig.suite.ts'
import { SyslogBatch } from './batch.ts'

const bodyOf = (...messages: (string | Buffer)[]): Buffer => {
  const batch = new SyslogBatch('UTC')
  for (const message of messages) batch.add('10.0.0.7', Buffer.from(message as string))
  return batch.body()
}
const delivery = (body: Buffer) =>
  ({ kind: 'syslog', tenant: 'default', body, encoding: 'identity', format: 'text' }) as const

describe('syslog batches', () => {
  it('become log records with host, service and facility as labels', async () => {
    const rig = await Rig.started()
    const receipt = await rig.ingest.deliver(
      'syslog',
      delivery(
        bodyOf(
          '<165>1 2023-11-14T22:13:20.003Z web1 evntslog 12 ID47 [x@1 iut="3" __proto__="y"] An event\n',
          '<11>two\nlines',
          '',
        ),
      ),
    )
    expect(receipt).toMatchObject({ accepted: 2, rejected: 0 })
    expect(
      rig.stored.logs.map(({ labels, attributes, ...rest }) => ({
        ...rest,
        labels: { ...labels },
        attributes: { ...attributes },
      })),
    ).toEqual([
      {
        timeMs: 1_700_000_000_003,
        severity: 'INFO',
        message: 'An event',
        labels: { 'host.name': 'web1', 'service.name': 'evntslog', 'syslog.facility': 'local4' },
        attributes: {
          'syslog.severity': 'notice',
          'syslog.procid': '12',
          'syslog.msgid': 'ID47',
          'network.peer.address': '10.0.0.7',
          'syslog.x@1.iut': '3',
          'syslog.x@1.__proto__': 'y',
        },
        traceId: '',
        spanId: '',
      },
      {
        timeMs: rig.clock.now(),
        severity: 'ERROR',
        message: 'two\nlines',
        labels: { 'host.name': '10.0.0.7', 'syslog.facility': 'user' },
        attributes: { 'syslog.severity': 'err', 'network.peer.address': '10.0.0.7' },
        traceId: '',
        spanId: '',
      },
    ])
  })

  it('read text that is no UTF-8 as Latin-1', async () => {
    const rig = await Rig.started()
    await rig.ingest.deliver('syslog', delivery(bodyOf(Buffer.from('<13>caf\xe9', 'latin1'), '<13>café')))
    expect(rig.stored.logs.map(({ message }) => message)).toEqual(['café', 'café'])
  })

  it('say the same again when the log is replayed', async () => {
    const rig = await Rig.started()
    await rig.ingest.deliver('syslog', delivery(bodyOf('<13>Nov 14 22:13:20 h a: b', '<13>x')))
    const after = await rig.crash()
    expect(after.stored.logs).toEqual(rig.stored.logs)
  })

  it('come back as they were, whatever the messages hold', async () => {
    const rig = await Rig.started()
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 30 }), { minLength: 1 }),
        async (messages) => {
          const shown = messages.map((bytes) =>
            Buffer.concat([Buffer.from('<13>1 - - - - - - .'), bytes, Buffer.from('.')]),
          )
          rig.stored.logs.length = 0
          await rig.ingest.deliver('syslog', delivery(bodyOf(...shown)))
          expect(rig.stored.logs.length).toBe(messages.length)
        },
      ),
      { numRuns: 100 },
    )
  })

  it('that are none are refused with a fault', async () => {
    const rig = await Rig.started()
    const whole = bodyOf('<13>a', '<13>b')
    const cases = [
      Buffer.alloc(0),
      Buffer.from('UTC'),
      Buffer.from('UTC\n1'),
      Buffer.from('UTC\nx 99 a'),
      whole.subarray(0, -1),
    ]
    for (const body of cases) {
      const fault = await rig.ingest.deliver('syslog', delivery(body)).catch((error) => error)
      expect(isFault(fault)).toBe(true)
    }
    const garbage = fc.uint8Array({ maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(garbage, async (bytes) => {
        const body = Buffer.concat([Buffer.from('UTC\n'), bytes])
        const result = await rig.ingest.deliver('syslog', delivery(body)).catch((error) => error)
        expect(isFault(result) || typeof result.accepted === 'number').toBe(true)
      }),
    )
  })
})
