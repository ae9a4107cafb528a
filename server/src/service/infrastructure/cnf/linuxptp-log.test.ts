import fc from 'fast-check'
import { expect, test } from 'vitest'
import { linuxptpSamples, parseLinuxptpLine } from './linuxptp-log.ts'

test('reads what ptp4l says of its master', () => {
  const line = 'ptp4l[123.4]: [ptp4l.0.config] master offset -9 s2 freq +3409 path delay 483'
  expect(parseLinuxptpLine(line)).toEqual({
    ...{ type: 'OFFSET', process: 'ptp4l', config: 'ptp4l.0.config', interface: undefined },
    ...{ offsetNs: -9, maxOffsetNs: undefined, state: 'LOCKED', frequency: 3409, delayNs: 483 },
  })
})

test('reads summaries, which do not tell the servo’s state', () => {
  const line =
    'phc2sys[3560354.300]: [ptp4l.0.config] CLOCK_REALTIME rms    4 max    7 freq -76829 +/-   0 delay  1085 +/-   0'
  expect(parseLinuxptpLine(line)).toMatchObject({
    ...{ interface: 'CLOCK_REALTIME', offsetNs: 4, maxOffsetNs: 7, state: undefined },
    ...{ frequency: -76829, delayNs: 1085 },
  })
  expect(
    parseLinuxptpLine(
      'ptp4l[74737.942]: [ptp4l.0.config:6] rms  53 max   74 freq -16642 +/-  40 delay  1089 +/-  20',
    ),
  ).toMatchObject({
    ...{ config: 'ptp4l.0.config', interface: undefined, offsetNs: 53, maxOffsetNs: 74 },
  })
})

test.each([
  [
    'phc2sys[187248.740]: [ptp4l.0.config] ens5f1 phc offset -92 s0 freq -890 delay 2464',
    'ens5f1',
    'FREERUN',
    -92,
  ],
  [
    'ts2phc[82674.465]: [ts2phc.0.config] ens2f1 master offset          0 s2 freq      -0',
    'ens2f1',
    'LOCKED',
    0,
  ],
  [
    'ts2phc[521734.693]: [ts2phc.0.config:6] /dev/ptp6 offset         -3 s3 freq      +5 holdover',
    '/dev/ptp6',
    'HOLDOVER',
    -3,
  ],
  [
    'ts2phc[1699929121]:[ts2phc.0.config] ens2f0 nmea_status 0 offset 999999 s0',
    'ens2f0',
    'FREERUN',
    999_999,
  ],
  [
    'Nov 21 10:00:00 host phc2sys[42767]: [192898.077] CLOCK_REALTIME phc offset -42 s1 freq +1257 delay 1450',
    'CLOCK_REALTIME',
    'FREERUN',
    -42,
  ],
])('reads %s', (line, name, state, offset) => {
  expect(parseLinuxptpLine(line)).toMatchObject({ interface: name, state, offsetNs: offset })
})

test('reads port states with and without the interface', () => {
  expect(
    parseLinuxptpLine(
      'ptp4l[72530.885]: [ptp4l.0.config:5] port 1 (ens1f0): UNCALIBRATED to SLAVE on MASTER_CLOCK_SELECTED',
    ),
  ).toMatchObject({ type: 'PORT', port: '1', interface: 'ens1f0', from: 'UNCALIBRATED', to: 'SLAVE' })
  expect(
    parseLinuxptpLine(
      'ptp4l[5199193.712]: [ptp4l.0.config] port 1: SLAVE to UNCALIBRATED on SYNCHRONIZATION_FAULT',
    ),
  ).toMatchObject({ interface: undefined, event: 'SYNCHRONIZATION_FAULT' })
})

test('a log tells the same as an exporter would: the slave port by name, holdover once it is lost, and the last word', () => {
  const log = [
    'ptp4l[1.0]: [ptp4l.0.config] port 1 (ens1f0): UNCALIBRATED to SLAVE on MASTER_CLOCK_SELECTED',
    'ptp4l[2.0]: [ptp4l.0.config] master offset 40 s1 freq +3409 path delay 480',
    'ptp4l[3.0]: [ptp4l.0.config] master offset 7 s2 freq +3409 path delay 483',
  ]
  const lastOf = (lines: string[], name: string) =>
    linuxptpSamples(lines, 'du-1').find(({ labels }) => labels.__name__ === name && labels.iface === 'ens1f0')
      ?.value
  expect(lastOf(log, 'openshift_ptp_offset_ns')).toBe(7)
  expect(lastOf(log, 'openshift_ptp_clock_state')).toBe(1)
  expect(lastOf(log, 'openshift_ptp_interface_role')).toBe(1)
  const lost = [
    ...log,
    'ptp4l[4.0]: [ptp4l.0.config] port 1 (ens1f0): SLAVE to FAULTY on FAULT_DETECTED (FT_UNSPECIFIED)',
  ]
  expect(lastOf(lost, 'openshift_ptp_clock_state')).toBe(2)
  expect(lastOf(lost, 'openshift_ptp_interface_role')).toBe(3)
})

test('other programs’ lines, broken and endless ones say nothing and take no time', () => {
  for (const line of [
    '',
    'chronyd[1]: offset 3',
    `ptp4l[1.0]: ${' '.repeat(900)}offset`,
    'ptp4l[1.0]: [x] port 1: A',
    'x'.repeat(1e6),
  ])
    expect(parseLinuxptpLine(line)).toBeUndefined()
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), (rest) => {
      const said = parseLinuxptpLine(`ptp4l[1.0]: [c] ${rest}`)
      if (said?.type === 'OFFSET') expect(Number.isFinite(said.offsetNs)).toBe(true)
    }),
  )
})
