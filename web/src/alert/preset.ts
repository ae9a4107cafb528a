/** What everybody has from the start: `search` is what stands in the address after the question mark. */
export const givenPresets: readonly { name: string; search: string }[] = [
  { name: 'Firing, worst first', search: '?state=FIRING&sort=-severity' },
  { name: 'Severe and in no incident', search: '?state=FIRING&severity=CRITICAL&severity=HIGH&incident=no' },
  { name: 'Firing for longest', search: '?state=FIRING&sort=starts_at' },
  { name: 'Silenced', search: '?silenced=yes' },
]
