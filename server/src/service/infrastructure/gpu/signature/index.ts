import type { Signature } from '../../signature/signature.ts'
import type { GpuConfig } from '../config.ts'
import { clockSignatures } from './clock.ts'
import { driverSignatures } from './driver.ts'
import { eccSignatures } from './ecc.ts'
import { exporterSignatures } from './exporter.ts'
import { healthSignatures } from './health.ts'
import { idleSignature } from './idle.ts'
import { linkSignatures } from './link.ts'
import { memorySignature } from './memory.ts'
import { migSignatures } from './mig.ts'
import { temperatureSignatures } from './temperature.ts'
import { throttleSignatures } from './throttle.ts'
import { vanishedSignatures } from './vanished.ts'
import { xidSignatures } from './xid.ts'
import { xidFleetSignature } from './xid-fleet.ts'
import { xidRepeatedSignature } from './xid-repeated.ts'

/** All faults of GPUs that are known by name. */
export const gpuSignatures = (config: GpuConfig): readonly Signature[] => [
  ...xidSignatures(config),
  xidRepeatedSignature(config),
  xidFleetSignature(config),
  ...temperatureSignatures(config),
  ...throttleSignatures(config),
  ...clockSignatures(config),
  memorySignature(config),
  ...eccSignatures(config),
  ...linkSignatures(config),
  ...vanishedSignatures(),
  idleSignature(config),
  ...exporterSignatures(),
  ...driverSignatures(),
  ...migSignatures(),
  ...healthSignatures(),
]
