export * from './access.decorators';
export * from './guards/auth.guard';
export * from './guards/permission.guard';
export * from './guards/tenant.guard';
export * from './identity';
export * from './tenancy.module';
