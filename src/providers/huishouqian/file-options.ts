import type { FileOptions } from '../../adapter-kit/file-options.js'

export const fileOptions: FileOptions = {
  privateKeyFile: { option: 'privateKey', as: 'bytes' },
  platformCertificateFiles: { option: 'platformCertificate', as: 'list' },
  keyFile: { option: 'key', as: 'text' },
}
