import type { FileOptions } from '../../adapter-kit/file-options.js'

export const fileOptions: FileOptions = {
  privateKeyFile: { option: 'privateKey', as: 'bytes' },
  privateKeyFiles: { option: 'privateKeys', as: 'list' },
  certificateFile: { option: 'certificate', as: 'bytes' },
  publicKeyFile: { option: 'publicKey', as: 'bytes' },
  certificateFiles: { option: 'certificates', as: 'list' },
  apiV3KeyFile: { option: 'apiV3Key', as: 'text' },
}
