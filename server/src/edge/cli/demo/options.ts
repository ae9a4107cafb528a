import type { StartShop } from './shop.ts'

export type DemoDeps = {
  /** Entry point of this program, to run the platform as a process of its own. */
  mainPath: string
  /** Folder with the content of the infrastructure repository of the scenarios. */
  placementExample: string
  startShop: StartShop
}

export type DemoOptions = {
  fault: { kind: string; role: string }
  /** Begins at the same time, at another service. */
  and?: { kind: string; role: string }
  approve?: boolean
  sabotage?: boolean
  keep?: boolean
  json?: boolean
  seed?: number
  port: number
  baseline: number
  exportInterval: number
  set: string[]
}
