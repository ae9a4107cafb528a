import type { PriceTable } from '../price/price-table.ts'
import type { AllocationSet } from './allocation-set.ts'
import type { Chunk } from './chunk.ts'
import type { Directory } from './directory.ts'
import type { Used } from './node-price.ts'

/** A stretch, what is known of it, and the set that it is added to. `used` is told each source of a price. */
export type Accumulation = {
  set: AllocationSet
  chunk: Chunk
  directory: Directory
  table: PriceTable
  used: Used
}
