/** YAML files as one text of several documents, in their order; what is empty is left out. */
export const joinDocuments = (files: readonly string[]): string =>
  files
    .map((file) => file.replace(/^\uFEFF/, '').trimEnd())
    .filter((file) => file.trim() !== '')
    .map((file, at) => (at === 0 || /^---(\s|$)/.test(file) ? file : `---\n${file}`))
    .join('\n')
