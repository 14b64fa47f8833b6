mod screens;
