import type { Signature } from '../../signature/signature.ts'
import { devicesIn } from '../devices-in.ts'
import { allOf } from '../gpu-device.ts'
import { advice, at, documentation, gpuSignature, minute, seen, sinceOf, spoken } from '../sighting.ts'
import { valueOrNull } from '../value.ts'

/** DCGM's results of health watches (dcgm_structs.h, dcgmHealthWatchResults_t). */
const warn = 10
const fail = 20
const metric = 'DCGM_EXP_GPU_HEALTH_STATUS'

export const healthSignatures = (): Signature[] => [
  {
    ...gpuSignature({
      ...{ id: 'gpu-health-status', analyzer: 'gpu-health', severity: 'MEDIUM', openAfterMs: minute },
      condition: 'DCGM’s own health watch warns (10) or fails (20), for a minute.',
      not_when: 'A fault that another rule names: it then is a symptom of that.',
      documentation_url: documentation.dcgm,
      *check(history) {
        for (const device of devicesIn(history)) {
          const bad = allOf(device, metric).filter(
            ({ value }) => valueOrNull(metric, value) !== null && value >= warn,
          )
          const [first] = bad
          if (!first) continue
          const fails = bad.some(({ value }) => value >= fail)
          yield {
            ...at(device),
            title: `DCGM says that ${spoken(device)} ${fails ? 'fails its health watch' : 'is to be watched'}${watchOf(first.labels)}.`,
            severity: fails ? 'HIGH' : 'MEDIUM',
            ...{
              sinceMs: sinceOf(
                history,
                history.heldMs(first, (value) => value >= warn),
              ),
              specificity: 0.2,
            },
            evidence: bad.map((sample) =>
              seen(device, sample, `health ${sample.value}${watchOf(sample.labels)}`, history.now.timeMs),
            ),
            remediation: [
              advice.describe(device.node),
              advice.say('dcgmi health -c on the node tells the reason, dcgmi diag tests the board.'),
            ],
          }
        }
      },
    }),
    // Of whatever is told more precisely.
    consequenceOf: hardware(),
  },
]

function watchOf({ health_watch: watch, health_error_code: code }: Readonly<Record<string, string>>): string {
  return [watch, code].some(Boolean) ? ` (${[watch, code].filter(Boolean).join(', ')})` : ''
}

/** What DCGM watches itself; waste, drivers and full memory are none of it. */
function hardware(): string[] {
  return [
    ...[
      '48',
      '63',
      '64',
      '74',
      '79',
      '92',
      '94',
      '95',
      '121',
      '140',
      '154',
      'microcontroller',
      'context-switch',
    ].map((one) => `gpu-xid-${one}`),
    ...[
      'gpu-xid-gsp',
      'gpu-xid-fleet',
      'gpu-xid-other',
      'gpu-temperature',
      'gpu-memory-temperature',
      'gpu-throttle-thermal',
    ],
    ...[
      'gpu-throttle-power',
      'gpu-throttle-hardware',
      'gpu-ecc-double-bit',
      'gpu-ecc-single-bit-rate',
      'gpu-pcie-replay',
    ],
    ...[
      'gpu-pcie-narrow',
      'gpu-nvlink-errors',
      'gpu-row-remap-failure',
      'gpu-row-remap-pending',
      'gpu-vanished',
    ],
    ...['gpu-row-remap-uncorrectable', 'gpu-page-retirement-pending', 'gpu-fan', 'gpu-power-limit-low'],
  ]
}
