import type { Severity } from '@aiops/contract/model/severity'

/** What is to be done about it, after NVIDIA's catalogue: whom it concerns and how far the GPU can be trusted. */
export type XidAction = 'OWNER' | 'NONE' | 'RESET_LATER' | 'DRAIN' | 'POWER_CYCLE' | 'WATCH' | 'AS_STATED'

export type XidClass = {
  /** Of the rule; several codes may share one. */
  rule: string
  codes: readonly number[]
  name: string
  severity: Severity
  action: XidAction
  specificity: number
  text: string
  /** Rules that say the same more precisely, or of which this follows. */
  consequenceOf: readonly string[]
  notWhen: string
}

const primary = [
  ...['gpu-xid-48', 'gpu-xid-64', 'gpu-xid-74', 'gpu-xid-79', 'gpu-xid-94', 'gpu-xid-95', 'gpu-xid-140'],
  ...['gpu-xid-microcontroller', 'gpu-xid-context-switch', 'gpu-xid-gsp', 'gpu-xid-121', 'gpu-xid-fleet'],
]
const application = ['gpu-xid-application', 'gpu-xid-application-repeated']
const stuck = 'The register holds the last code for good: only its change counts, or the exporter’s count.'

/** XID codes by class (https://docs.nvidia.com/deploy/xid-errors/). */
export const xidClasses: readonly XidClass[] = [
  {
    ...{ rule: 'gpu-xid-application', codes: [8, 11, 13, 31, 32, 43], name: 'application fault' },
    ...{ severity: 'LOW', action: 'OWNER', specificity: 0.6 },
    text: 'the program on the GPU did what it must not; as a rule the program is to be mended, not the GPU',
    consequenceOf: [...primary, 'gpu-xid-application-repeated'],
    notWhen: `${stuck} Several jobs that fail on the same GPU are another rule.`,
  },
  {
    ...{ rule: 'gpu-xid-45', codes: [45], name: 'pre-emptive cleanup' },
    ...{ severity: 'INFO', action: 'NONE', specificity: 0.1 },
    text: 'the driver cleaned up after another fault, or after a program that was ended',
    consequenceOf: [
      ...primary,
      ...application,
      'gpu-xid-63',
      'gpu-xid-92',
      'gpu-xid-154',
      'gpu-xid-other',
      'gpu-vanished',
    ],
    notWhen: `It comes with another XID, to which it belongs. ${stuck}`,
  },
  {
    ...{ rule: 'gpu-xid-48', codes: [48], name: 'double-bit ECC error' },
    ...{ severity: 'CRITICAL', action: 'DRAIN', specificity: 0.9 },
    text: 'memory of the GPU lost data that could not be corrected',
    consequenceOf: ['gpu-xid-95', 'gpu-xid-64', 'gpu-xid-fleet'],
    notWhen: stuck,
  },
  {
    ...{ rule: 'gpu-xid-63', codes: [63], name: 'row remap or page retirement recorded' },
    ...{ severity: 'LOW', action: 'RESET_LATER', specificity: 0.5 },
    text: 'a bad place in memory was recorded and is taken out of use with the next reset',
    consequenceOf: ['gpu-xid-48', 'gpu-xid-64', 'gpu-xid-94', 'gpu-xid-95', 'gpu-xid-140'],
    notWhen: stuck,
  },
  {
    ...{ rule: 'gpu-xid-64', codes: [64], name: 'row remap or page retirement failed' },
    ...{ severity: 'CRITICAL', action: 'DRAIN', specificity: 0.93 },
    text: 'a bad place in memory could not be taken out of use',
    consequenceOf: ['gpu-xid-fleet'],
    notWhen: stuck,
  },
  {
    ...{ rule: 'gpu-xid-74', codes: [74], name: 'NVLink error' },
    ...{ severity: 'HIGH', action: 'DRAIN', specificity: 0.85 },
    text: 'a link between GPUs, or to a switch, failed',
    consequenceOf: ['gpu-xid-79', 'gpu-xid-fleet'],
    notWhen: stuck,
  },
  {
    ...{ rule: 'gpu-xid-79', codes: [79], name: 'fallen off the bus' },
    ...{ severity: 'CRITICAL', action: 'POWER_CYCLE', specificity: 0.95 },
    text: 'the GPU is not reached over PCIe any more',
    consequenceOf: ['gpu-xid-fleet'],
    notWhen: stuck,
  },
  {
    ...{ rule: 'gpu-xid-92', codes: [92], name: 'high rate of single-bit ECC errors' },
    ...{ severity: 'LOW', action: 'WATCH', specificity: 0.55 },
    text: 'memory errors are corrected, and there are many',
    consequenceOf: ['gpu-xid-48', 'gpu-xid-94', 'gpu-xid-95', 'gpu-xid-140'],
    notWhen: stuck,
  },
  {
    ...{ rule: 'gpu-xid-94', codes: [94], name: 'contained uncorrectable error' },
    ...{ severity: 'HIGH', action: 'RESET_LATER', specificity: 0.87 },
    text: 'data was lost beyond correction, and only the program that held it is concerned and ended',
    consequenceOf: ['gpu-xid-95', 'gpu-xid-64', 'gpu-xid-fleet'],
    notWhen: stuck,
  },
  {
    ...{ rule: 'gpu-xid-95', codes: [95], name: 'uncontained uncorrectable error' },
    ...{ severity: 'CRITICAL', action: 'DRAIN', specificity: 0.94 },
    text: 'data was lost beyond correction, and any program on the GPU may be concerned',
    consequenceOf: ['gpu-xid-fleet'],
    notWhen: stuck,
  },
  {
    ...{ rule: 'gpu-xid-140', codes: [140], name: 'unrecovered ECC error' },
    ...{ severity: 'CRITICAL', action: 'DRAIN', specificity: 0.91 },
    text: 'a memory error was found from which the GPU did not recover',
    consequenceOf: ['gpu-xid-95', 'gpu-xid-64', 'gpu-xid-fleet'],
    notWhen: stuck,
  },
  {
    ...{
      rule: 'gpu-xid-microcontroller',
      codes: [46, 61, 62],
      name: 'GPU stopped or micro-controller halted',
    },
    ...{ severity: 'CRITICAL', action: 'DRAIN', specificity: 0.88 },
    text: 'the GPU’s own firmware does not go on',
    consequenceOf: ['gpu-xid-79', 'gpu-xid-fleet'],
    notWhen: stuck,
  },
  {
    ...{ rule: 'gpu-xid-context-switch', codes: [109], name: 'context-switch timeout' },
    ...{ severity: 'HIGH', action: 'DRAIN', specificity: 0.82 },
    text: 'the GPU did not change from one program to the next in time',
    consequenceOf: ['gpu-xid-79', 'gpu-xid-gsp', 'gpu-xid-microcontroller', 'gpu-xid-fleet'],
    notWhen: stuck,
  },
  {
    ...{ rule: 'gpu-xid-gsp', codes: [119, 120], name: 'GSP timeout or error' },
    ...{ severity: 'CRITICAL', action: 'DRAIN', specificity: 0.89 },
    text: 'the GPU System Processor, which runs a part of the driver, does not answer',
    consequenceOf: ['gpu-xid-79', 'gpu-xid-fleet'],
    notWhen: `${stuck} On several nodes with one driver it is the driver: another rule.`,
  },
  {
    ...{ rule: 'gpu-xid-121', codes: [121], name: 'C2C link error' },
    ...{ severity: 'HIGH', action: 'DRAIN', specificity: 0.84 },
    text: 'the link between chips of the package had an error',
    consequenceOf: ['gpu-xid-79', 'gpu-xid-fleet'],
    notWhen: stuck,
  },
  {
    ...{ rule: 'gpu-xid-154', codes: [154], name: 'recovery action changed' },
    ...{ severity: 'MEDIUM', action: 'AS_STATED', specificity: 0.4 },
    text: 'the driver now asks for another recovery; its message says which',
    consequenceOf: [...primary, 'gpu-xid-63', 'gpu-vanished'],
    notWhen: stuck,
  },
]

export const knownCodes: ReadonlySet<number> = new Set(xidClasses.flatMap(({ codes }) => codes))
export const applicationCodes: readonly number[] = xidClasses[0]?.codes ?? []
