import { z } from 'zod'
import { HourlyUsd, Usd } from './money.ts'
import { ProviderName } from './provider.ts'
import { Time } from './time.ts'

/** What is priced by the hour, and in which unit: a core, a GiB, a GPU, a whole instance. */
export const PricedResource = z.enum([
  'CPU_CORE',
  'RAM_GIB',
  'GPU',
  'STORAGE_GIB',
  'INSTANCE',
  'LOAD_BALANCER',
  'CLUSTER_MANAGEMENT',
])
export type PricedResource = z.infer<typeof PricedResource>

/** US dollars. A price below nothing would make what is dear look like a saving; sums of larger ones leave what a number can hold. */
const rateMax = 1e6

export const Price = z.object({
  provider: ProviderName,
  /** Empty: every region. */
  region: z.string().max(128).default(''),
  resource: PricedResource,
  /** Which instance, GPU or storage class; empty: any. */
  kind: z.string().max(128).default(''),
  spot: z.boolean().default(false),
  hourly_usd: HourlyUsd.min(0).max(rateMax),
})
export type Price = z.infer<typeof Price>

/** Data that leaves, by the GiB. */
export const TransferPrice = z.object({
  provider: ProviderName,
  region: z.string().max(128).default(''),
  to: z.enum(['ZONE', 'REGION', 'INTERNET']),
  gib_usd: Usd.min(0).max(rateMax),
})
export type TransferPrice = z.infer<typeof TransferPrice>

/** Prices with where they come from and as of when: the age of a price is part of every cost that uses it. */
export const PriceBook = z.object({
  name: z.string().min(1).max(128),
  /** Page, file or query that the prices were taken from. */
  provenance: z.string().min(1).max(1_000),
  as_of: Time,
  prices: z.array(Price).max(100_000),
  transfer: z.array(TransferPrice).max(10_000).default([]),
})
export type PriceBook = z.infer<typeof PriceBook>
