import { ConfigurableModuleBuilder, Module } from '@nestjs/common'
import { type Adapter, ComplaintClient } from 'unified-complaints'
import { ComplaintsController } from './complaints.controller.js'
import { ComplaintsService } from './complaints.service.js'

export interface ComplaintsOptions {
  adapters: readonly Adapter[]
}

/** Gives the module `register()`, and `registerAsync()` for keys that a service of yours reads. */
const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<ComplaintsOptions>().build()

@Module({
  controllers: [ComplaintsController],
  providers: [
    ComplaintsService,
    {
      // One client for the whole application: the quotas of an account are counted in one place.
      provide: ComplaintClient,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: ({ adapters }: ComplaintsOptions) => new ComplaintClient(adapters),
    },
  ],
  exports: [ComplaintsService],
})
export class ComplaintsModule extends ConfigurableModuleClass {}
