"""jdz_field: offline field work on the geohazard points, mines and plots of Jingdezhen."""
