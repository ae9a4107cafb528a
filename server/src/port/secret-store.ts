/** To whom a secret belongs. What was sealed for one is never opened for another. */
export type SecretOwner = { tenant: string; id: string }

/** Text without meaning to anybody but the store that made it; it may lie anywhere. */
export type SealedSecret = string

/**
 * Keeps secrets from whoever reads the disk: each is sealed with a data key of its own, which a master key wraps; the owner is bound to
 * both, so that a sealed text moved to another record opens no more. Master keys can be replaced while everything goes on: `renew`
 * makes a new one, `rewrap` moves one secret over, `retire` destroys the old ones. Nothing of a secret is in a fault.
 * `open` and `rewrap` throw CREDENTIALS_INVALID for what cannot be opened: changed, of another owner, or under a key that is gone.
 */
export interface SecretStore {
  seal(secret: Uint8Array, owner: SecretOwner): Promise<SealedSecret>
  open(sealed: SealedSecret, owner: SecretOwner): Promise<Buffer>
  /** From now on `seal` uses a new master key; on disk before it resolves. Resolves with its id. */
  renew(): Promise<string>
  /** The same secret under the newest master key; the same text where it is already. Its content is not touched. */
  rewrap(sealed: SealedSecret, owner: SecretOwner): Promise<SealedSecret>
  /** Destroys all master keys but the newest. What is still under them is lost. */
  retire(): Promise<void>
}
