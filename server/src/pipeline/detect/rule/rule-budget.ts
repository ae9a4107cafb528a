import type { Profile } from './profile.ts'

const dayMs = 86_400_000
/** Every episode beyond the budget widens the bound 1.65 times. */
const gain = 0.5
/** At most so many times. */
const factorMax = 8
/** Series that had episodes; those that had none for longest are given up first. */
const seriesMax = 20_000

type Budgeted = Pick<Profile, 'budget'>
type Account = { level: number; atMs: number }

/**
 * Keeps each series to its budget of episodes a day. An integral controller in logarithms, as adaptive conformal inference has it (Gibbs
 * and Candès 2021): every episode that came and passed adds a gain, time takes it away at the budget's rate, and what is above nought
 * widens the bound. So in the long run there are no more episodes than the budget, whatever the series is like. Until a day's budget
 * (one episode at least) is used up nothing changes.
 */
export class Budgets {
  readonly #accounts = new Map<number, Account>()

  /** An episode came and passed. */
  spend(index: number, profile: Budgeted, atMs: number): void {
    if (profile.budget === Number.POSITIVE_INFINITY) return
    const level = this.#levelAt(index, profile, atMs) + gain
    this.#accounts.delete(index)
    if (this.#accounts.size >= seriesMax) {
      const [oldest] = this.#accounts.keys()
      if (oldest !== undefined) this.#accounts.delete(oldest)
    }
    this.#accounts.set(index, { level, atMs })
  }

  /** How many times as wide the bound is; 1 within the budget. */
  factor(index: number, profile: Budgeted, atMs: number): number {
    return Math.min(factorMax, Math.exp(Math.max(0, this.#levelAt(index, profile, atMs))))
  }

  /** Episodes that still count. */
  counted(index: number, profile: Budgeted, atMs: number): number {
    return (this.#levelAt(index, profile, atMs) - leastOf(profile)) / gain
  }

  has(index: number): boolean {
    return this.#accounts.has(index)
  }
  indexes(): Iterable<number> {
    return this.#accounts.keys()
  }
  release(index: number): void {
    this.#accounts.delete(index)
  }
  save() {
    return this.#accounts
  }
  load(accounts: ReturnType<Budgets['save']>): void {
    for (const [index, account] of accounts) this.#accounts.set(index, account)
  }

  #levelAt(index: number, profile: Budgeted, atMs: number): number {
    const least = leastOf(profile)
    const account = this.#accounts.get(index)
    if (!account || profile.budget === Number.POSITIVE_INFINITY) return least
    const days = Math.max(0, atMs - account.atMs) / dayMs
    return Math.max(least, Math.min(account.level, Math.log(factorMax) + gain) - gain * profile.budget * days)
  }
}

/** What may be used before anything changes: a day's budget, one episode at least. */
const leastOf = ({ budget }: Budgeted): number =>
  budget === Number.POSITIVE_INFINITY ? 0 : -gain * Math.max(1, budget)
